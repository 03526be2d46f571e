// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.Attachment;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.EventType;
import dev.mailer.api.MessageId;
import dev.mailer.testkit.smtp.Reaction;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import dev.mailer.testkit.smtp.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a bad SMTP peer makes of a delivery: state, events, due time, and what is sent in the end. */
class SmtpStagesTest {
    private final ScriptedSmtpServer server = ScriptedSmtpServer.start();
    private final Rig rig = new Rig()
            .with(m -> m.transport(server.uri() + "?tls=never&connectTimeout=20s&readTimeout=20s&dotTimeout=20s"));

    @AfterEach
    void close() {
        rig.close();
        server.close();
    }

    static Stream<Arguments> refusals() {
        DeliveryState deferred = DeliveryState.DEFERRED;
        DeliveryState rejected = DeliveryState.REJECTED;
        return Stream.of(
                Arguments.of(Stage.GREETING, "421 4.3.2 busy", deferred, "connection-deferred"),
                Arguments.of(Stage.GREETING, "554 5.3.2 no", deferred, "connection-rejected"),
                Arguments.of(Stage.EHLO, "451 4.3.0 later", deferred, "connection-deferred"),
                Arguments.of(Stage.MAIL_FROM, "451 4.7.1 later", deferred, "sender-deferred"),
                Arguments.of(Stage.MAIL_FROM, "550 5.1.8 no", rejected, "sender-rejected"),
                Arguments.of(Stage.RCPT_TO, "450 4.2.0 later", deferred, "recipient-deferred"),
                Arguments.of(Stage.RCPT_TO, "550 5.1.1 nobody", rejected, "recipient-rejected"),
                Arguments.of(Stage.DATA, "451 4.7.0 later", deferred, "message-deferred"),
                Arguments.of(Stage.DATA, "554 5.6.0 no", rejected, "message-rejected"),
                Arguments.of(Stage.FINAL_REPLY, "451 4.7.0 later", deferred, "message-deferred"),
                Arguments.of(Stage.FINAL_REPLY, "554 5.7.1 spam", rejected, "message-rejected"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void a_refusal_becomes(Stage stage, String reply, DeliveryState state, String reason) {
        server.once(stage, Reaction.reply(reply));

        MessageId id = rig.send("jo@example.org");

        DeliveryStatus refused = rig.await(id, state);
        assertThat(refused.failure().reason()).isEqualTo(reason);
        assertThat(refused.failure().code()).isEqualTo(Integer.parseInt(reply.substring(0, 3)));
        assertThat(refused.attempts()).isEqualTo(1);
        assertThat(server.mails()).isEmpty();
        if (state == DeliveryState.REJECTED) {
            assertThat(refused.nextAttemptAt()).isNull();
            assertThat(rig.events(id)).containsExactly(EventType.QUEUED, EventType.REJECTED);
        } else {
            assertThat(refused.nextAttemptAt()).isEqualTo(MovableClock.START.plus(Rig.FIRST_RETRY));
            rig.clock.advance(Rig.FIRST_RETRY);
            assertThat(rig.await(id, DeliveryState.SENT).attempts()).isEqualTo(2);
            assertThat(rig.events(id)).containsExactly(EventType.QUEUED, EventType.DEFERRED, EventType.SENT);
            assertThat(server.mails()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"GREETING", "EHLO", "MAIL_FROM", "RCPT_TO", "DATA"})
    void a_connection_lost_before_the_dot_is_deferred_and_sent_once_later(Stage stage) {
        server.once(stage, Reaction.drop());

        MessageId id = rig.send(Rig.mail("jo@example.org").ambiguityPolicy(AmbiguityPolicy.HOLD));

        DeliveryStatus lost = rig.await(id, DeliveryState.DEFERRED);
        assertThat(lost.failure().reason()).isEqualTo("connection-lost");
        assertThat(server.mails()).isEmpty();
        rig.clock.advance(Rig.FIRST_RETRY);
        rig.await(id, DeliveryState.SENT);
        assertThat(server.mails()).hasSize(1);
    }

    @Test
    void a_connection_lost_amid_a_large_content_is_deferred_and_sent_once_later() {
        server.once(Stage.MID_CONTENT, Reaction.drop());

        // more than the connection holds that nobody reads from
        MessageId id = rig.send(Rig.mail("jo@example.org")
                .attach(Attachment.of("big.bin", new byte[9_000_000]))
                .ambiguityPolicy(AmbiguityPolicy.HOLD));

        DeliveryStatus lost = rig.await(id, DeliveryState.DEFERRED);
        assertThat(lost.failure().reason()).isEqualTo("connection-lost");
        assertThat(server.mails()).isEmpty();
        rig.clock.advance(Rig.FIRST_RETRY);
        rig.await(id, DeliveryState.SENT);
        assertThat(server.mails()).hasSize(1);
        assertThat(rig.events(id)).containsExactly(EventType.QUEUED, EventType.DEFERRED, EventType.SENT);
    }

    @Test
    void after_the_dot_a_mail_is_sent_again_by_default() {
        server.once(Stage.FINAL_REPLY, Reaction.drop());

        MessageId id = rig.send("jo@example.org");

        DeliveryStatus unsure = rig.await(id, DeliveryState.DEFERRED);
        assertThat(unsure.failure().reason()).isEqualTo("connection-lost");
        assertThat(rig.events(id)).containsExactly(EventType.QUEUED, EventType.AMBIGUOUS);
        rig.clock.advance(Rig.FIRST_RETRY);
        rig.await(id, DeliveryState.SENT);
        assertThat(rig.events(id)).containsExactly(EventType.QUEUED, EventType.AMBIGUOUS, EventType.SENT);
        assertThat(server.mails()).hasSize(2);
        assertThat(server.mails().get(0).content())
                .isEqualTo(server.mails().get(1).content());
    }

    @ParameterizedTest
    @CsvSource({"HOLD,AMBIGUOUS,AMBIGUOUS", "DROP,FAILED,FAILED"})
    void after_the_dot_a_mail_stays_where_its_policy_says(
            AmbiguityPolicy policy, DeliveryState state, EventType event) {
        server.once(Stage.FINAL_REPLY, Reaction.drop());

        MessageId id = rig.send(Rig.mail("jo@example.org").ambiguityPolicy(policy));

        assertThat(rig.await(id, state).failure().reason()).isEqualTo("connection-lost");
        rig.clock.advance(Rig.FIRST_RETRY);
        MessageId next = rig.send("jo@example.org");
        rig.await(next, DeliveryState.SENT);
        assertThat(rig.delivery(id).state()).isEqualTo(state);
        assertThat(rig.events(id)).containsExactly(EventType.QUEUED, event);
        assertThat(server.mails()).hasSize(2);
    }

    @Test
    void a_held_mail_is_sent_again_when_somebody_decides_so() {
        server.once(Stage.FINAL_REPLY, Reaction.drop());
        MessageId id = rig.send(Rig.mail("jo@example.org").ambiguityPolicy(AmbiguityPolicy.HOLD));
        DeliveryStatus held = rig.await(id, DeliveryState.AMBIGUOUS);

        assertThat(rig.mailer().resolve(id, held.id(), DeliveryState.QUEUED)).isTrue();

        rig.await(id, DeliveryState.SENT);
        assertThat(server.mails()).hasSize(2);
    }

    @Test
    void each_recipient_is_settled_by_its_own_reply() {
        server.replyTo("gone@example.org", "550 5.1.1 nobody");
        server.replyTo("full@example.org", "452 4.2.2 full");

        MessageId id = rig.send("jo@example.org", "gone@example.org", "full@example.org");

        Rig.until(
                "all are settled",
                () -> rig.mailer().find(id).deliveries().stream()
                        .noneMatch(d -> d.state() == DeliveryState.QUEUED || d.state() == DeliveryState.SENDING));
        assertThat(rig.delivery(id, "jo@example.org").state()).isEqualTo(DeliveryState.SENT);
        assertThat(rig.delivery(id, "gone@example.org").state()).isEqualTo(DeliveryState.REJECTED);
        assertThat(rig.delivery(id, "full@example.org").state()).isEqualTo(DeliveryState.DEFERRED);
        server.behave();
        rig.clock.advance(Rig.FIRST_RETRY);
        Rig.until("the rest is sent", () -> rig.mailer().find(id).isFinal());
        assertThat(server.mails().stream().flatMap(m -> m.recipients().stream()))
                .containsExactly("jo@example.org", "full@example.org");
    }

    @ParameterizedTest
    @ValueSource(strings = {"552 too many recipients", "552 5.5.3 too many recipients", "452 4.5.3 too many"})
    void a_mail_with_more_recipients_than_the_server_takes_is_split_and_burns_no_retry(String full) {
        List<String> all = List.of("a@example.org", "b@example.org", "c@example.org", "d@example.org", "e@example.org");
        takeTwoAndBeFull(3, full);
        takeTwoAndBeFull(1, full);
        // whoever is left has a reason of its own to wait, and it is the first
        server.once(Stage.RCPT_TO, Reaction.reply("450 4.2.0 later"));

        MessageId id = rig.send(all.toArray(String[]::new));

        awaitSent(id, 2);
        assertThat(waits(id)).containsOnly(Duration.ofSeconds(1)).hasSize(3);
        rig.clock.advance(Duration.ofSeconds(1));
        awaitSent(id, 4);
        assertThat(waits(id)).containsOnly(Duration.ofSeconds(1)).hasSize(1);
        rig.clock.advance(Duration.ofSeconds(1));
        Rig.until("the last is refused for now", () -> waits(id).contains(Rig.FIRST_RETRY));
        rig.clock.advance(Rig.FIRST_RETRY);
        awaitSent(id, 5);
        assertThat(server.mails().stream().flatMap(m -> m.recipients().stream()))
                .containsExactlyInAnyOrderElementsOf(all);
    }

    /** In the next transaction, of which so many recipients have to wait. */
    private void takeTwoAndBeFull(int beyond, String full) {
        server.times(2, Stage.RCPT_TO, Reaction.reply("250 2.1.5 ok"));
        server.times(beyond, Stage.RCPT_TO, Reaction.reply(full));
    }

    private void awaitSent(MessageId id, int count) {
        Rig.until(
                count + " are sent and the others wait",
                () -> rig.mailer().find(id).deliveries().stream()
                                        .filter(d -> d.state() == DeliveryState.SENT)
                                        .count()
                                == count
                        && rig.mailer().find(id).deliveries().stream()
                                .allMatch(d -> d.state() == DeliveryState.SENT || d.state() == DeliveryState.DEFERRED));
    }

    /** How long those that are deferred wait from now. */
    private List<Duration> waits(MessageId id) {
        return rig.mailer().find(id).deliveries().stream()
                .map(DeliveryStatus::nextAttemptAt)
                .filter(Objects::nonNull)
                .map(next -> Duration.between(rig.clock.instant(), next))
                .toList();
    }

    @Test
    void greylisting_costs_one_wait() {
        server.once(Stage.RCPT_TO, Reaction.reply("451 4.7.1 greylisted, come back"));

        MessageId id = rig.send("jo@example.org");

        rig.await(id, DeliveryState.DEFERRED);
        rig.clock.advance(Rig.FIRST_RETRY.minusMillis(1));
        rig.await(rig.send("ann@example.org"), DeliveryState.SENT);
        assertThat(rig.delivery(id).state()).isEqualTo(DeliveryState.DEFERRED);
        rig.clock.advance(Rig.FIRST_RETRY);
        rig.await(id, DeliveryState.SENT);
    }

    @Test
    void retries_double_and_end_with_the_last_reason() {
        rig.with(m -> m.retry(r -> r.lifetime(Duration.ofHours(3))));
        server.reply(Stage.RCPT_TO, "450 4.2.0 later");
        MessageId id = rig.send("jo@example.org");
        List<Long> waits = new ArrayList<>();

        while (!rig.delivery(id).state().isFinal()) {
            Rig.until(
                    "attempt " + (waits.size() + 1),
                    () -> rig.delivery(id).attempts() == waits.size() + 1
                            && rig.delivery(id).state() != DeliveryState.SENDING);
            Instant next = rig.delivery(id).nextAttemptAt();
            if (next != null) {
                Duration wait = Duration.between(rig.clock.instant(), next);
                waits.add(wait.toMinutes());
                rig.clock.advance(wait);
            }
        }

        assertThat(waits).containsExactly(5L, 10L, 20L, 40L, 60L);
        DeliveryStatus ended = rig.delivery(id);
        assertThat(ended.state()).isEqualTo(DeliveryState.EXPIRED);
        assertThat(ended.failure().code()).isEqualTo(450);
        assertThat(ended.failure().text()).contains("recipient-deferred", "later");
        assertThat(server.mails()).isEmpty();
    }
}
