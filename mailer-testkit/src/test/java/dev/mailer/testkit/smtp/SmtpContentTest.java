// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.Phase;
import dev.mailer.api.UnreadableException;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Transport;
import dev.mailer.testkit.SampleSubmission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Content arrives as it was given, and nothing in it ends the mail early. */
@ParameterizedClass(name = "chunking {0}")
@ValueSource(strings = {"never", "offered"})
class SmtpContentTest {
    private final ScriptedSmtpServer server = ScriptedSmtpServer.builder()
            .extensions("PIPELINING", "SIZE 52428800", "8BITMIME", "SMTPUTF8", "CHUNKING")
            .start();
    private final Transport transport;

    SmtpContentTest(String chunking) {
        transport = Clients.of(server.uri() + "?chunking=" + chunking + "&" + Clients.FAST);
    }

    @AfterEach
    void close() {
        transport.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".\r\n",
                "..\r\n",
                ".a\r\n",
                "a.\r\n.\r\n",
                "a\r\n.\r\nb\r\n",
                "a\r\n..\r\n...\r\n",
                ".\r\n.\r\n.\r\n",
                "\r\n.\r\nMAIL FROM:<evil@example.com>\r\n",
                "ü\r\n.ü\r\n"
            })
    void dots_survive(String content) {
        Clients.send(transport, TestMail.of(content, "jo@example.org"));

        assertThat(received()).isEqualTo(content);
        assertThat(server.mails()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {997, 998, 999, 1_000, 16_383, 16_384, 16_385, 100_000})
    void long_lines_survive(int length) {
        String content = "x".repeat(length) + "\r\n." + "y".repeat(length) + "\r\n";

        Clients.send(transport, TestMail.of(content, "jo@example.org"));

        assertThat(received()).isEqualTo(content);
    }

    @Test
    void a_last_line_without_end_gets_one() {
        Clients.send(transport, TestMail.of("a\r\nb", "jo@example.org"));
        Clients.send(transport, TestMail.of("a\r\nb\r", "jo@example.org"));

        assertThat(server.mails())
                .extracting(mail -> mail.content().asUtf8())
                .containsExactly("a\r\nb\r\n", "a\r\nb\r\n");
    }

    @ParameterizedTest
    @MethodSource("dev.mailer.testkit.smtp.PeerMail#smuggling")
    void bare_line_ends_cannot_smuggle_a_second_mail(String content) {
        Outcome outcome =
                Clients.send(transport, TestMail.of(content, "jo@example.org")).only();

        assertThat(outcome.kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(server.mails()).hasSize(1);
        assertThat(received()).isEqualTo(PeerMail.arrived(content));
        assertThat(server.sessions().get(0).commands())
                .filteredOn(c -> c.startsWith("MAIL"))
                .hasSize(1);
    }

    @Test
    void content_is_the_same_however_it_is_cut_into_writes() {
        byte[] content = "a\r\n.\r\n..b\r\n\r\n.c.\r\n".repeat(500).getBytes(StandardCharsets.US_ASCII);
        Random random = new Random(7);
        SampleSubmission mail = TestMail.to("jo@example.org").body(out -> {
            for (int at = 0; at < content.length; ) {
                int count = Math.min(random.nextInt(5), content.length - at);
                if (count == 1) {
                    out.write(content[at]);
                } else {
                    out.write(content, at, count);
                }
                at += count;
            }
        });

        Clients.send(transport, mail);

        assertThat(received()).isEqualTo(new String(content, StandardCharsets.US_ASCII));
    }

    static Stream<Exception> unreadable() {
        return Stream.of(
                new IOException("disk"),
                new UncheckedIOException(new IOException("disk")),
                new MailerUnavailableException("the store is down", Duration.ofSeconds(1), null),
                UnreadableException.keyMissing("a chunk", 2));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void content_that_cannot_be_read_is_never_completed(Exception failure) {
        Outcome outcome = Clients.send(transport, failing(failure)).only();

        assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
        assertThat(outcome.scope()).isEqualTo(Outcome.Scope.MESSAGE);
        assertThat(outcome.failure().phase()).isEqualTo(Phase.PREPARE);
        assertThat(outcome.failure().reason()).isEqualTo("content-unreadable");
        assertThat(server.awaitEnd(Clients.PATIENCE)).isTrue();
        assertThat(server.mails()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void content_that_cannot_be_measured_leaves_the_session_as_it_was(Exception failure) {
        RuntimeException thrown =
                failure instanceof RuntimeException e ? e : new UncheckedIOException((IOException) failure);

        Outcome outcome = Clients.send(transport, TestMail.ofUnknownSize(TestMail.to("jo@example.org"), thrown))
                .only();
        Outcome next = Clients.send(transport, TestMail.to("jo@example.org")).only();

        assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
        assertThat(outcome.scope()).isEqualTo(Outcome.Scope.MESSAGE);
        assertThat(outcome.failure().reason()).isEqualTo("content-unreadable");
        assertThat(next.kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(server.sessions()).hasSize(1);
        assertThat(server.mails()).hasSize(1);
    }

    @Test
    void an_exception_out_of_the_content_closes_the_connection_and_reaches_the_engine() {
        IllegalStateException thrown = new IllegalStateException("render");

        assertThatThrownBy(() -> Clients.send(transport, failing(thrown))).isSameAs(thrown);

        assertThat(server.awaitEnd(Clients.PATIENCE)).isTrue();
        assertThat(server.mails()).isEmpty();
        assertThat(Clients.send(transport, TestMail.to("jo@example.org")).only().kind())
                .isEqualTo(Kind.ACCEPTED);
    }

    private static SampleSubmission failing(Exception failure) {
        return TestMail.to("jo@example.org").body(out -> {
            out.write(new byte[40_000]);
            if (failure instanceof IOException e) {
                throw e;
            }
            throw (RuntimeException) failure;
        });
    }

    private String received() {
        return server.mails().get(0).content().asUtf8();
    }
}
