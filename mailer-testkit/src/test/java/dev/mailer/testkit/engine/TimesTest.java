// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.CancelResult;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.EventType;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Mail that waits: for its time, for its retry, or until somebody takes it back. */
class TimesTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final StubTransport transport = new StubTransport();
    private final Rig rig = new Rig().with(m -> m.transport(transport));

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void a_mail_waits_for_its_time() {
        MessageId id = rig.send(Rig.mail("jo@example.org").sendAt(MovableClock.START.plus(HOUR)));
        assertThat(rig.delivery(id).state()).isEqualTo(DeliveryState.SCHEDULED);
        assertThat(rig.delivery(id).nextAttemptAt()).isEqualTo(MovableClock.START.plus(HOUR));

        rig.clock.advance(HOUR.minusMillis(1));
        rig.await(rig.send("ann@example.org"), DeliveryState.SENT);
        assertThat(rig.delivery(id).state()).isEqualTo(DeliveryState.SCHEDULED);
        rig.clock.advance(Duration.ofMillis(1));

        rig.await(id, DeliveryState.SENT);
        assertThat(rig.events(id)).containsExactly(EventType.QUEUED, EventType.SENT);
    }

    @Test
    void the_lifetime_of_a_scheduled_mail_begins_at_its_time() {
        transport.answering(t -> StubTransport.later(Outcome.Scope.MESSAGE));
        MessageId id = rig.send(Rig.mail("jo@example.org").sendAt(MovableClock.START.plus(Duration.ofDays(3))));

        rig.clock.advance(Duration.ofDays(3));

        assertThat(rig.await(id, DeliveryState.DEFERRED).nextAttemptAt())
                .isEqualTo(rig.clock.instant().plus(Rig.FIRST_RETRY));
    }

    @Test
    void a_mail_that_waits_too_long_expires_without_being_sent() {
        transport.answering(t -> StubTransport.later(Outcome.Scope.MESSAGE));
        MessageId id = rig.send(Rig.mail("jo@example.org").expiresAt(MovableClock.START.plus(Duration.ofMinutes(2))));
        rig.await(id, DeliveryState.DEFERRED);

        rig.clock.advance(Duration.ofMinutes(2));

        assertThat(rig.await(id, DeliveryState.EXPIRED).failure().reason()).isEqualTo("expired");
        assertThat(transport.tries("jo@example.org")).isEqualTo(1);
        assertThat(rig.events(id)).containsExactly(EventType.QUEUED, EventType.DEFERRED, EventType.EXPIRED);
    }

    @Test
    void a_decision_to_try_an_expired_mail_again_overrules_its_end() {
        transport.answering(t -> StubTransport.later(Outcome.Scope.MESSAGE));
        MessageId id = rig.send(Rig.mail("jo@example.org").expiresAt(MovableClock.START.plus(Duration.ofMinutes(2))));
        rig.await(id, DeliveryState.DEFERRED);
        rig.clock.advance(Duration.ofMinutes(2));
        long delivery = rig.await(id, DeliveryState.EXPIRED).id();

        boolean moved = rig.mailer().resolve(id, delivery, DeliveryState.QUEUED);

        assertThat(moved).isTrue();
        Rig.until("it is tried again", () -> transport.tries("jo@example.org") == 2);
    }

    @Test
    void cancelling_reaches_what_is_not_being_sent() {
        MessageId waiting = rig.send(Rig.mail("jo@example.org").sendAt(MovableClock.START.plus(HOUR)));
        MessageId sent = rig.send("ann@example.org");
        rig.await(sent, DeliveryState.SENT);

        assertThat(rig.mailer().cancel(waiting)).isEqualTo(new CancelResult(waiting, 1, 0));
        assertThat(rig.mailer().cancel(sent)).isEqualTo(new CancelResult(sent, 0, 1));

        rig.clock.advance(HOUR);
        rig.await(rig.send("bob@example.org"), DeliveryState.SENT);
        assertThat(rig.delivery(waiting).state()).isEqualTo(DeliveryState.CANCELLED);
        assertThat(rig.events(waiting)).containsExactly(EventType.QUEUED, EventType.CANCELLED);
        assertThat(transport.tries("jo@example.org")).isZero();
    }

    @Test
    void a_suppression_that_came_after_the_mail_is_honoured() {
        MessageId id = rig.send(Rig.mail("Jo@example.org", "ann@example.org").sendAt(MovableClock.START.plus(HOUR)));

        rig.mailer()
                .suppressions()
                .add(new Suppression(
                        Email.DEFAULT_TENANT,
                        null,
                        "jo@example.org",
                        Reason.COMPLAINT,
                        "test",
                        rig.clock.instant(),
                        null));
        rig.clock.advance(HOUR);

        Rig.until("both are final", () -> rig.mailer().find(id).isFinal());
        assertThat(rig.delivery(id, "Jo@example.org").state()).isEqualTo(DeliveryState.SUPPRESSED);
        assertThat(rig.delivery(id, "Jo@example.org").failure().text()).contains("COMPLAINT");
        assertThat(rig.delivery(id, "ann@example.org").state()).isEqualTo(DeliveryState.SENT);
        assertThat(transport.tries("Jo@example.org")).isZero();
    }

    @Test
    void a_suppression_that_came_between_two_attempts_is_honoured() {
        transport.answering(t -> StubTransport.later(Outcome.Scope.MESSAGE));
        MessageId id = rig.send("jo@example.org");
        rig.await(id, DeliveryState.DEFERRED);

        rig.mailer()
                .suppressions()
                .add(new Suppression(
                        Email.DEFAULT_TENANT,
                        Email.DEFAULT_STREAM,
                        "jo@example.org",
                        Reason.UNSUBSCRIBE,
                        "test",
                        rig.clock.instant(),
                        null));
        rig.clock.advance(Rig.FIRST_RETRY);

        rig.await(id, DeliveryState.SUPPRESSED);
        assertThat(transport.tries("jo@example.org")).isEqualTo(1);
    }
}
