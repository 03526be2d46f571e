// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Stores;
import dev.mailer.testkit.smtp.Reaction;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import dev.mailer.testkit.smtp.Stage;
import dev.mailer.testkit.smtp.TestProxy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** The passwords for a relay and for the proxy before it are nowhere to be found, though either repeats them. */
@Timeout(120)
class SmtpSecretsLeakTest {
    private static final String PASSWORD = "planted-relay-word";
    private static final String PROXY_PASSWORD = "planted-proxy-word";
    private static final List<String> SECRETS = List.of(
            PASSWORD,
            PROXY_PASSWORD,
            base64(PASSWORD),
            base64("\0jo\0" + PASSWORD),
            base64(PROXY_PASSWORD),
            base64("ann:" + PROXY_PASSWORD));

    private final Logger logger = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Level level = logger.getLevel();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ScriptedSmtpServer server = ScriptedSmtpServer.builder()
            .credentials("jo", PASSWORD)
            .mechanisms("PLAIN")
            .start();

    @TempDir
    Path folder;

    @BeforeEach
    void listen() {
        // others say something, too, while this reads
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.TRACE);
    }

    @AfterEach
    void restore() {
        logger.detachAppender(log);
        logger.setLevel(level);
        server.close();
    }

    static Stream<Arguments> repetitions() {
        String repeated = PASSWORD + " alias " + base64("\0jo\0" + PASSWORD);
        return Stream.of(
                Arguments.of(Stage.AUTH, "127.0.0.1", "535 5.7.8 not " + repeated, "not *** alias ***"),
                Arguments.of(Stage.AUTH, "127.0.0.1", "454 4.7.0 not " + repeated, "not *** alias ***"),
                Arguments.of(Stage.MAIL_FROM, "127.0.0.1", "530 5.7.0 not " + repeated, "not *** alias ***"),
                Arguments.of(Stage.FINAL_REPLY, "127.0.0.1", "451 4.3.0 not " + repeated, "not *** alias ***"),
                Arguments.of(Stage.GREETING, "forbidden.invalid", "220 never seen", "Basic *** alias ***"));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("repetitions")
    void no_password_is_found(Stage stage, String host, String reply, String kept) throws Exception {
        RawLedger ledger = RawLedger.create("sqlite", folder);
        server.always(stage, Reaction.reply(reply));
        boolean direct = !host.startsWith("forbidden");
        try (TestProxy proxy = new TestProxy(false, "ann:" + PROXY_PASSWORD);
                Rig rig = rig(
                        ledger, "smtp://jo:" + PASSWORD + "@" + host + ":" + server.port() + through(proxy, direct))) {
            MailerEngine mailer = rig.mailer();
            MessageId id = rig.send("jo@example.org");
            String failure = rig.await(id, DeliveryState.DEFERRED).failure().toString();

            assertThat(failure).as("it was repeated, and is kept").contains(kept);
            assertThat(ledger.places(value -> value.contains(kept))).isNotEmpty();
            assertThat(ledger.places(SmtpSecretsLeakTest::isSecret)).isEmpty();
            assertClean(failure);
            assertClean(mailer.trace(id).toString());
            assertClean(mailer.list(MessageQuery.ofTenant("default")).items().toString());
            assertClean(mailer.events().read(0, 100).toString());
            assertClean(mailer.health().toString());
            assertClean(mailer.parkedQueues().toString());
            assertClean(mailer.toString());
            assertClean(Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .collect(Collectors.joining()));
        }
        assertThat(meters.getMeters()).isNotEmpty();
        meters.getMeters().forEach(meter -> assertClean(meter.getId().toString()));
        assertThat(log.list).isNotEmpty();
        List.copyOf(log.list).forEach(event -> {
            assertClean(event.getFormattedMessage() + event.getMDCPropertyMap());
            if (event.getThrowableProxy() != null) {
                assertClean(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        });
    }

    /** A password is not sent in clear text but to this machine; through the proxy it gets no further than there. */
    private static String through(TestProxy proxy, boolean direct) {
        return direct
                ? "?tls=never&readTimeout=20s"
                : "?connectTimeout=20s&proxy="
                        + URLEncoder.encode(
                                "http://ann:" + PROXY_PASSWORD + "@127.0.0.1:" + proxy.port(), StandardCharsets.UTF_8);
    }

    private Rig rig(RawLedger ledger, String uri) {
        Rig rig = new Rig().with(m -> m.transport(uri).meters(meters));
        return rig.store(Stores.open(ledger.url(), rig.clock));
    }

    private static void assertClean(String text) {
        assertThat(text).doesNotContain(SECRETS);
    }

    private static boolean isSecret(String text) {
        return SECRETS.stream().anyMatch(text::contains);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
