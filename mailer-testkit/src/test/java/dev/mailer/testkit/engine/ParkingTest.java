// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.MessageId;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.QueueKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A destination that fails as a whole rests as a whole, and delays only itself. */
class ParkingTest {
    private static final QueueKey DEAD =
            new QueueKey(new Lane(Email.DEFAULT_TENANT, Email.DEFAULT_STREAM), "dead.example");

    private final StubTransport transport = new StubTransport().byDomain().concurrency(1);
    private final Rig rig = new Rig().with(m -> m.transport(transport).limits(l -> l.slots(2)));

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void a_dead_domain_costs_an_attempt_for_each_parking_and_others_flow() {
        transport.answering(t -> t.recipient().endsWith("@dead.example")
                ? StubTransport.later(Outcome.Scope.DESTINATION)
                : Outcome.accepted("250 ok", null));
        List<MessageId> dead = send(40, "dead.example");
        Rig.until("the queue is parked", () -> rig.mailer().parkedQueues().size() == 1);
        long untilParked = transport.triesOfDomain("dead.example");

        List<MessageId> alive = send(40, "alive.example");
        alive.forEach(id -> rig.await(id, DeliveryState.SENT));

        // before the first failure is known, the other slot may have begun one more
        assertThat(untilParked).isBetween(1L, 2L);
        assertThat(transport.triesOfDomain("dead.example")).isBetween(1L, 2L);
        for (int parking = 2; parking < 5; parking++) {
            long before = transport.triesOfDomain("dead.example");
            Instant until = rig.mailer().parkedQueues().get(0).until();
            rig.clock.advance(Duration.between(rig.clock.instant(), until));
            int strikes = parking;
            Rig.until(
                    "strike " + parking,
                    () -> rig.mailer().parkedQueues().stream()
                            .anyMatch(p -> p.strikes() == strikes && p.until().isAfter(rig.clock.instant())));
            rig.await(rig.send("n" + parking + "@alive.example"), DeliveryState.SENT);
            assertThat(transport.triesOfDomain("dead.example") - before)
                    .as("attempts of parking %s", parking)
                    .isEqualTo(1);
        }
        assertThat(dead).allMatch(id -> !rig.delivery(id).state().isFinal());
    }

    @Test
    void a_domain_that_works_again_gets_all_its_mail() {
        transport.answering(t -> StubTransport.later(Outcome.Scope.DESTINATION));
        List<MessageId> mails = send(40, "dead.example");
        Rig.until("the queue is parked", () -> rig.mailer().parkedQueues().size() == 1);

        Rig.until(
                "nothing is under way",
                () -> mails.stream().noneMatch(id -> rig.delivery(id).state() == DeliveryState.SENDING));
        transport.answering(t -> Outcome.accepted("250 ok", null));
        rig.clock.advance(Rig.FIRST_RETRY);

        mails.forEach(id -> rig.await(id, DeliveryState.SENT));
        assertThat(rig.mailer().parkedQueues()).isEmpty();
    }

    @Test
    void an_operator_parks_and_resumes() {
        rig.mailer().park(DEAD, Instant.MAX, "asked to");
        List<MessageId> mails = send(3, "dead.example");
        rig.await(rig.send("jo@alive.example"), DeliveryState.SENT);
        assertThat(mails).allMatch(id -> rig.delivery(id).state() == DeliveryState.QUEUED);

        rig.mailer().resume(DEAD);

        mails.forEach(id -> rig.await(id, DeliveryState.SENT));
    }

    @Test
    void a_busy_destination_rests_and_costs_neither_retries_nor_events() {
        Failure full = Failure.builder("site-full", Phase.CONNECT).retryable().build();
        transport.answering(t -> t.recipient().endsWith("@dead.example")
                ? Outcome.busy(full, Duration.ofMinutes(1))
                : Outcome.accepted("250 ok", null));
        List<MessageId> mails = send(40, "dead.example");
        Rig.until("the queue rests", () -> rig.mailer().parkedQueues().size() == 1);
        send(3, "alive.example").forEach(id -> rig.await(id, DeliveryState.SENT));
        Rig.until(
                "nothing is under way",
                () -> mails.stream().noneMatch(id -> rig.delivery(id).state() == DeliveryState.SENDING));

        // before the first answer is known, the other slot may have begun one more
        assertThat(transport.triesOfDomain("dead.example")).isBetween(1L, 2L);
        assertThat(rig.mailer().parkedQueues().get(0).reason()).contains("site-full");
        mails.forEach(id -> assertThat(rig.events(id)).containsExactly(EventType.QUEUED));

        transport.answering(t -> Outcome.accepted("250 ok", null));
        rig.clock.advance(Duration.ofMinutes(2));

        mails.forEach(id -> rig.await(id, DeliveryState.SENT));
        mails.forEach(id -> assertThat(rig.events(id)).containsExactly(EventType.QUEUED, EventType.SENT));
        assertThat(rig.mailer().parkedQueues()).isEmpty();
    }

    @Test
    void an_operator_ends_the_rest_of_a_busy_destination() {
        Failure full = Failure.builder("site-full", Phase.CONNECT).retryable().build();
        transport.answering(t -> Outcome.busy(full, Duration.ofDays(1)));
        rig.send("first@dead.example");
        Rig.until("the queue rests", () -> rig.mailer().parkedQueues().size() == 1);
        MessageId next = rig.send("next@dead.example");
        transport.answering(t -> Outcome.accepted("250 ok", null));

        rig.mailer().resume(DEAD);

        rig.await(next, DeliveryState.SENT);
    }

    @Test
    void queues_that_rest_go_on_when_an_operator_releases_their_site() {
        Failure suspended =
                Failure.builder("site-suspended", Phase.CONNECT).retryable().build();
        transport.slowing("mx.dead.example").answering(t -> Outcome.busy(suspended, Duration.ofDays(1)));
        rig.send("first@dead.example");
        Rig.until("the queue rests", () -> rig.mailer().parkedQueues().size() == 1);
        MessageId next = rig.send("next@dead.example");
        transport.answering(t -> Outcome.accepted("250 ok", null));

        assertThat(rig.mailer().releaseSite("mx.alive.example")).isFalse();
        assertThat(rig.mailer().parkedQueues()).hasSize(1);
        assertThat(rig.mailer().releaseSite("mx.dead.example")).isTrue();

        rig.await(next, DeliveryState.SENT);
        assertThat(rig.mailer().parkedQueues()).isEmpty();
    }

    private List<MessageId> send(int count, String domain) {
        List<MessageId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(rig.send("r" + i + "@" + domain));
        }
        return ids;
    }
}
