// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.mailer.api.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What the command line makes of answers that are not of a Mailer server, but of what stands before it. */
class RemoteBackendTest {
    private static final JsonNode MAIL = JsonNodeFactory.instance.objectNode();

    private final AtomicReference<String> idempotencyKey = new AtomicReference<>();
    private int status = 200;
    private String body = "{\"id\":\"1\"}";
    private HttpServer proxy;
    private RemoteBackend backend;

    @BeforeEach
    void start() throws IOException {
        proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        proxy.createContext("/", exchange -> {
            idempotencyKey.set(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
            byte[] answer = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        proxy.start();
        backend = new RemoteBackend(
                URI.create("http://127.0.0.1:" + proxy.getAddress().getPort()), Secret.of("mk_key"));
    }

    @AfterEach
    void stop() {
        proxy.stop(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 504})
    void what_a_proxy_that_lost_its_server_was_asked_to_change_may_be_changed(int code) {
        status = code;

        CommandException lost = thrown(() -> backend.send(MAIL, null));

        assertThat(lost.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(lost.isPassing()).isTrue();
        assertThat(lost).hasMessageContaining("answered " + code + "; what was asked for may have been done");
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 504})
    void what_it_was_only_asked_for_can_be_asked_again(int code) {
        status = code;
        for (ThrowingCallable question : new ThrowingCallable[] {
            () -> backend.list(Map.of()), () -> backend.trace("1"), () -> backend.export("jo@example.org", line -> {})
        }) {
            CommandException lost = thrown(question);

            assertThat(lost.exitCode()).isEqualTo(ExitCodes.UNAVAILABLE);
            assertThat(lost).hasMessageEndingWith("answered " + code);
        }
    }

    @Test
    void what_is_no_mailer_is_told_so() {
        status = 404;
        body = "<html>";

        assertThat(thrown(() -> backend.find("1", Duration.ZERO)).exitCode()).isEqualTo(ExitCodes.NOT_FOUND);
        status = 200;
        assertThat(thrown(() -> backend.send(MAIL, null))).hasMessageEndingWith("is it a Mailer server?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"order 7", "k", "a=b; c"})
    void an_idempotency_key_may_have_blanks_within(String key) {
        backend.send(MAIL, key);

        assertThat(idempotencyKey.get()).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", " k", "k ", "a\nb", "ü"})
    void one_that_a_header_would_change_is_refused(String key) {
        assertThat(thrown(() -> backend.send(MAIL, key)).exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(idempotencyKey.get()).isNull();
    }

    private static CommandException thrown(ThrowingCallable call) {
        return catchThrowableOfType(CommandException.class, call);
    }
}
