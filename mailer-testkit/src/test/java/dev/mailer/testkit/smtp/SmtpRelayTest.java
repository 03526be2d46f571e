// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Outcome.Scope;
import dev.mailer.api.spi.SiteState;
import dev.mailer.api.spi.Transport;
import dev.mailer.testkit.TestContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A relay that asks for fewer connections, or to be left alone. */
class SmtpRelayTest {
    private final ScriptedSmtpServer server = ScriptedSmtpServer.start();
    private final TestContext context = TestContext.create();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GREETING,421 4.7.0 busy",
        "GREETING,450 4.3.2 later",
        "EHLO,421 4.3.2 later",
        "MAIL_FROM,421 4.7.0 busy",
        "MAIL_FROM,451 4.7.0 too many concurrent sessions"
    })
    void a_refusal_beside_another_connection_costs_no_attempt_and_lowers_their_number(Stage stage, String reply) {
        try (Transport transport = transport("")) {
            Outcome second = besideAnother(transport, stage, reply);

            assertThat(second.isBusy()).as(second.toString()).isTrue();
            assertThat(second.failure().text()).endsWith(reply.substring(10));
            assertThat(second.retryAfter()).isEqualTo(Duration.ofSeconds(1));
            assertThat(transport.sites())
                    .extracting(SiteState::most, SiteState::loweredUntil)
                    .containsExactly(tuple(1, context.clock().instant().plus(Duration.ofMinutes(1))));

            context.advance(Duration.ofMinutes(1));
            assertThat(transport.sites()).extracting(SiteState::most).containsExactly(16);
            assertThat(transport.sites()).extracting(SiteState::rule).containsExactly("");
        }
    }

    @Test
    void all_recipients_of_a_mail_and_all_mails_behind_it_come_again_together() {
        try (Transport transport = transport("")) {
            Outcomes refused = new Outcomes();
            Outcomes first = new Outcomes(mail -> {
                server.once(Stage.GREETING, Reaction.replyAndDrop("421 4.7.0 busy"));
                Clients.send(
                        transport,
                        refused,
                        TestMail.to("a@example.org", "b@example.org", "c@example.org"),
                        TestMail.to("d@example.org"));
                return true;
            });
            Clients.send(transport, first, TestMail.to("first@example.org"));

            assertThat(refused.all()).hasSize(4);
            assertThat(refused.all().values()).allSatisfy(o -> {
                assertThat(o.isBusy()).isTrue();
                assertThat(o.retryAfter()).isEqualTo(Duration.ofSeconds(1));
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RCPT_TO,450 4.2.0 greylisted, RECIPIENT",
        "MAIL_FROM,451 4.7.1 not now, MESSAGE",
        "RCPT_TO,421 4.7.0 busy, DESTINATION",
        "FINAL_REPLY,451 4.7.0 later, MESSAGE"
    })
    void a_refusal_of_a_mail_or_a_recipient_is_an_attempt(Stage stage, String reply, Scope scope) {
        try (Transport transport = transport("")) {
            Outcome second = besideAnother(transport, stage, reply);

            assertThat(second.kind()).isEqualTo(Kind.DEFERRED);
            assertThat(second.isUntried()).isFalse();
            assertThat(second.scope()).isEqualTo(scope);
            assertThat(transport.sites()).extracting(SiteState::suspendedUntil).containsOnlyNulls();
        }
    }

    @Test
    void a_refusal_with_no_other_connection_is_an_attempt_and_lowers_nothing() {
        server.once(Stage.GREETING, Reaction.replyAndDrop("421 4.7.0 too many connections"));
        try (Transport transport = transport("")) {
            Outcome outcome = send(transport).only();

            assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
            assertThat(outcome.isUntried()).isFalse();
            assertThat(outcome.scope()).isEqualTo(Scope.DESTINATION);
            assertThat(transport.sites()).isEmpty();
            assertThat(send(transport).only().kind()).isEqualTo(Kind.ACCEPTED);
        }
    }

    @Test
    void a_server_that_has_had_too_many_mails_is_left_alone_by_those_that_follow() {
        server.once(Stage.MAIL_FROM, Reaction.reply("450 4.7.1 Error: too much mail from 127.0.0.1"));
        try (Transport transport = transport("")) {
            Outcomes three = Clients.send(
                    transport,
                    TestMail.to("a@example.org"),
                    TestMail.to("b@example.org"),
                    TestMail.to("c@example.org"));
            Outcomes later = send(transport);

            assertThat(three.of("a@example.org").isUntried()).isFalse();
            assertThat(three.of("a@example.org").failure().code()).isEqualTo(450);
            assertThat(List.of(three.of("b@example.org"), three.of("c@example.org"), later.only()))
                    .allSatisfy(o -> {
                        assertThat(o.isBusy()).isTrue();
                        assertThat(o.retryAfter()).isEqualTo(Duration.ofMinutes(1));
                        assertThat(o.failure().reason()).isEqualTo("site-suspended");
                    });
            assertThat(server.awaitEnd(Clients.PATIENCE)).isTrue();
            assertThat(server.sessions()).hasSize(1);
            assertThat(server.sessions().get(0).commands())
                    .filteredOn(c -> c.startsWith("MAIL"))
                    .hasSize(1);
            assertThat(transport.sites())
                    .extracting(SiteState::suspendedUntil)
                    .containsExactly(context.clock().instant().plus(Duration.ofMinutes(1)));

            context.advance(Duration.ofMinutes(1));
            assertThat(send(transport).only().kind()).isEqualTo(Kind.ACCEPTED);
        }
    }

    @Test
    void rules_of_a_file_come_first() throws IOException {
        Path rules = Files.writeString(folder.resolve("rules.conf"), "421 * -> ignore\ngreeting 450 * -> suspend 5m\n");
        try (Transport transport = transport("&shaping=" + rules)) {
            assertThat(besideAnother(transport, Stage.GREETING, "421 4.7.0 busy")
                            .isUntried())
                    .isFalse();
            assertThat(transport.sites()).extracting(SiteState::most).containsExactly(16);

            besideAnother(transport, Stage.MAIL_FROM, "450 4.7.0 of a mail");
            assertThat(transport.sites()).extracting(SiteState::suspendedUntil).containsOnlyNulls();
        }
        try (Transport transport = transport("&shaping=" + rules)) {
            besideAnother(transport, Stage.GREETING, "450 4.7.0 of the host");
            assertThat(transport.sites()).extracting(SiteState::suspendedUntil).doesNotContainNull();
        }
    }

    /** What comes of a mail that meets this while another one is about to be completed. */
    private Outcome besideAnother(Transport transport, Stage stage, String reply) {
        AtomicReference<Outcome> second = new AtomicReference<>();
        Outcomes first = new Outcomes(mail -> {
            server.once(stage, reply.startsWith("421") ? Reaction.replyAndDrop(reply) : Reaction.reply(reply));
            second.set(send(transport).only());
            return true;
        });
        Clients.send(transport, first, TestMail.to("first@example.org"));
        assertThat(first.only().kind()).isEqualTo(Kind.ACCEPTED);
        return second.get();
    }

    private static Outcomes send(Transport transport) {
        return Clients.send(transport, TestMail.to("jo@example.org"));
    }

    private Transport transport(String options) {
        return Clients.of(context, server.uri() + "?" + Clients.FAST + options);
    }
}
