// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.TransportFactory;
import dev.mailer.core.MailerEngine;
import dev.mailer.server.config.ConfigException;
import dev.mailer.server.config.SettingsReader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginFolderTest {
    private static final String FACTORY = """
            package pigeon;

            import dev.mailer.api.spi.*;
            import java.io.*;
            import java.nio.file.*;
            import java.util.Set;

            public final class PigeonFactory implements TransportFactory {
                @Override
                public Set<String> schemes() {
                    return Set.of("pigeon");
                }

                @Override
                public Transport create(TransportUri uri, TransportContext context) {
                    return new Loft(Path.of(uri.path()));
                }

                private record Loft(Path file) implements SimpleTransport {
                    @Override
                    public String name() {
                        return "pigeon:" + file;
                    }

                    @Override
                    public TransportCapabilities capabilities() {
                        return TransportCapabilities.DEFAULT;
                    }

                    @Override
                    public Outcome sendOne(Submission submission) {
                        try (OutputStream out = Files.newOutputStream(file)) {
                            submission.writeTo(out, WireCapabilities.FULL);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        return Outcome.accepted("coo", null);
                    }
                }
            }
            """;
    private static final String PLUGIN = """
            package pigeon;

            import dev.mailer.api.spi.*;

            public final class PigeonPlugin implements MailerPlugin {
                @Override
                public String name() {
                    return "pigeon";
                }

                @Override
                public void configure(PluginContext context) {
                    context.transportFactory(new PigeonFactory());
                    context.endpoint(new HttpEndpoint() {
                        @Override
                        public String path() {
                            return "/loft";
                        }

                        @Override
                        public Response handle(Request request) {
                            return Response.text(200, "coo");
                        }
                    });
                }
            }
            """;

    @TempDir
    private Path folder;

    private Path plugins;

    @BeforeEach
    void createFolder() throws IOException {
        plugins = Files.createDirectories(folder.resolve("home/plugins"));
    }

    private PluginJar pigeon() throws IOException {
        return new PluginJar(folder.resolve("work"))
                .source("pigeon.PigeonFactory", FACTORY)
                .source("pigeon.PigeonPlugin", PLUGIN)
                .service(TransportFactory.class, "pigeon.PigeonFactory")
                .service(MailerPlugin.class, "pigeon.PigeonPlugin");
    }

    private MailerEngine open(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("data", folder.resolve("home").toString());
        settings.put("store", "memory");
        return Engines.open(SettingsReader.read(null, Map.of(), settings), new SimpleMeterRegistry());
    }

    private MessageStatus sendOne(MailerEngine engine) {
        return engine.await(
                engine.send(mail -> mail.from("shop@example.com")
                                .to("jo@example.org")
                                .subject("Hello")
                                .text("By pigeon"))
                        .id(),
                Duration.ofSeconds(30));
    }

    @Test
    void mail_goes_through_the_transport_of_a_jar() throws Exception {
        pigeon().write(plugins.resolve("pigeon.jar"));
        Path sent = folder.resolve("sent.eml");

        try (MailerEngine engine = open(Map.of("transport", "pigeon:" + sent))) {
            MessageStatus status = sendOne(engine);

            assertThat(status.deliveries())
                    .singleElement()
                    .satisfies(d -> assertThat(d.state()).isEqualTo(DeliveryState.SENT));
            assertThat(sent).content().contains("Subject: Hello\r\n", "By pigeon");
            assertThat(engine.endpoints()).isEmpty();
        }
    }

    @Test
    void what_else_a_plugin_brings_is_there_once_it_is_named() throws Exception {
        pigeon().write(plugins.resolve("pigeon.jar"));

        try (MailerEngine engine =
                open(Map.of("transport", "pigeon:" + folder.resolve("sent.eml"), "plugins", "pigeon"))) {
            assertThat(engine.endpoints()).extracting(HttpEndpoint::path).containsExactly("/loft");
            assertThat(sendOne(engine).deliveries())
                    .singleElement()
                    .satisfies(d -> assertThat(d.state()).isEqualTo(DeliveryState.SENT));
        }
    }

    @Test
    void a_name_that_no_jar_has_is_an_error_that_lists_those_there_are() throws Exception {
        pigeon().write(plugins.resolve("pigeon.jar"));

        assertThatThrownBy(() -> open(Map.of("plugins", "owl")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("plugins: 'owl' was not found; there are pigeon");
    }

    @Test
    void a_broken_jar_does_not_stop_a_server_that_does_not_need_it() throws Exception {
        pigeon().writeWithout("pigeon.PigeonFactory", plugins.resolve("pigeon.jar"));
        Files.writeString(plugins.resolve("text.jar"), "this is no jar");

        try (MailerEngine engine = open(Map.of("transport", "null:"))) {
            assertThat(engine.transports()).containsExactly("null:");
        }
    }
}
