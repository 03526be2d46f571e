// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Outcome.Scope;
import dev.mailer.api.spi.Transport;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mail to several recipients of which a server takes some: each has an outcome of its own. */
@ParameterizedClass(name = "pipelined: {0}")
@ValueSource(booleans = {true, false})
class SmtpRecipientsTest {
    private final ScriptedSmtpServer server;
    private final boolean pipelined;

    SmtpRecipientsTest(boolean pipelined) {
        this.pipelined = pipelined;
        this.server = Clients.server(pipelined);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "452 4.5.3 too many recipients",
                "452 too many recipients",
                "552 too many recipients",
                "552 5.5.3 too many recipients"
            })
    void a_full_transaction_goes_with_whom_it_has_and_the_rest_waits_for_the_next(String reply) {
        server.replyTo("c@example.org", reply);
        try (Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            Outcomes outcomes = Clients.send(
                    transport, TestMail.to("a@example.org", "b@example.org", "c@example.org", "d@example.org"));

            assertThat(outcomes.of("a@example.org").kind()).isEqualTo(Kind.ACCEPTED);
            assertThat(outcomes.of("b@example.org").kind()).isEqualTo(Kind.ACCEPTED);
            // the server was asked for the last one before it said that it is full, and may take it all the same
            assertThat(outcomes.of("d@example.org").kind()).isEqualTo(pipelined ? Kind.ACCEPTED : Kind.DEFERRED);
            for (String rest : pipelined ? List.of("c@example.org") : List.of("c@example.org", "d@example.org")) {
                assertThat(outcomes.of(rest).kind()).isEqualTo(Kind.DEFERRED);
                assertThat(outcomes.of(rest).scope()).isEqualTo(Scope.RECIPIENT);
                assertThat(outcomes.of(rest).isUntried()).isTrue();
                assertThat(outcomes.of(rest).retryAfter()).isEqualTo(Duration.ofSeconds(1));
                assertThat(outcomes.of(rest).failure().reason()).isEqualTo("too-many-recipients");
            }
            assertThat(server.sessions().get(0).commands().contains("RCPT TO:<d@example.org>"))
                    .isEqualTo(pipelined);
        }
    }

    @Test
    void a_server_that_is_full_before_it_has_anybody_defers_as_usual() {
        server.replyTo("a@example.org", "452 4.5.3 too many recipients");
        try (Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            Outcomes outcomes = Clients.send(transport, TestMail.to("a@example.org", "b@example.org"));

            assertThat(outcomes.of("a@example.org").kind()).isEqualTo(Kind.DEFERRED);
            assertThat(outcomes.of("a@example.org").isUntried()).isFalse();
            assertThat(outcomes.of("b@example.org").kind()).isEqualTo(Kind.ACCEPTED);
        }
    }

    @Test
    void a_server_that_leaves_amid_the_recipients_has_taken_none() {
        server.replyTo("b@example.org", "421 4.3.2 bye");
        try (Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            Outcomes outcomes = Clients.send(transport, TestMail.to("a@example.org", "b@example.org", "c@example.org"));

            assertThat(outcomes.all()).hasSize(3);
            assertThat(outcomes.all().values()).allSatisfy(outcome -> {
                assertThat(outcome.kind()).isEqualTo(Kind.DEFERRED);
                assertThat(outcome.scope()).isEqualTo(Scope.DESTINATION);
            });
            assertThat(server.mails()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"554 5.7.1 spam, REJECTED, RECIPIENT", "451 4.7.0 later, DEFERRED, MESSAGE"})
    void a_refusal_of_the_content_is_for_all_but_those_that_were_refused_themselves(
            String reply, Kind kind, Scope scope) {
        server.once(Stage.FINAL_REPLY, Reaction.reply(reply));
        server.replyTo("gone@example.org", "550 5.1.1 nobody").replyTo("full@example.org", "450 4.2.2 full");
        List<String> taken = List.of("a@example.org", "b@example.org", "c@example.org");
        try (Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            Outcomes outcomes = Clients.send(
                    transport,
                    TestMail.to(
                            "a@example.org", "gone@example.org", "b@example.org", "full@example.org", "c@example.org"));

            assertThat(outcomes.all()).hasSize(5);
            for (String recipient : taken) {
                assertThat(outcomes.of(recipient).kind()).isEqualTo(kind);
                assertThat(outcomes.of(recipient).scope()).isEqualTo(scope);
                assertThat(outcomes.of(recipient).failure().phase()).isEqualTo(Phase.FINAL_REPLY);
            }
            assertThat(outcomes.of("gone@example.org").kind()).isEqualTo(Kind.REJECTED);
            assertThat(outcomes.of("gone@example.org").failure().phase()).isEqualTo(Phase.RCPT_TO);
            assertThat(outcomes.of("gone@example.org").failure().code()).isEqualTo(550);
            assertThat(outcomes.of("full@example.org").kind()).isEqualTo(Kind.DEFERRED);
            assertThat(outcomes.of("full@example.org").failure().code()).isEqualTo(450);
            assertThat(server.mails()).isEmpty();
            Clients.assertNextMailPasses(server, transport);
        }
    }
}
