// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.StoredMessage;
import dev.mailer.core.internal.engine.SettlementQueue.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process that gave its registration up settles under two numbers for a while. */
class CommitDoubtTest {
    private static final long BEFORE = 7;
    private static final long AFTER = 8;
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final OutboxStore store = mock(OutboxStore.class);
    private final OutboxTransaction tx = mock(OutboxTransaction.class);
    private final SettlementRules rules = new SettlementRules(
            new RetrySchedule(Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofDays(1), 0), new Random(1));
    private final List<Entry> kept = new ArrayList<>();
    private final List<Long> stored = new ArrayList<>();

    @BeforeEach
    void transact() {
        when(store.transact(any())).thenAnswer(call -> {
            Function<OutboxTransaction, ?> work = call.getArgument(0);
            return work.apply(tx);
        });
    }

    @Test
    void claims_of_every_number_are_asked_for_and_those_that_stand_are_settled_again() {
        Claim oldStands = claim(1);
        Claim oldEnded = claim(2);
        Claim newStands = claim(3);
        Claim newEnded = claim(4);
        held(BEFORE, oldStands);
        held(AFTER, newStands);

        settle(entry(oldStands, BEFORE), entry(oldEnded, BEFORE), entry(newStands, AFTER), entry(newEnded, AFTER));

        assertThat(kept).extracting(e -> e.settlement().claim()).containsExactly(oldStands, newStands);
        assertThat(kept).extracting(Entry::doubtful).containsOnly(false);
        assertThat(stored).containsExactly(2L, 4L);
    }

    @Test
    void a_delivery_that_the_process_holds_again_under_its_next_number_is_settled_already() {
        Claim first = claim(1);
        held(BEFORE);
        held(AFTER, first.withAttempt(2));

        settle(entry(first, BEFORE), entry(claim(9), AFTER));

        assertThat(kept).isEmpty();
        assertThat(stored).containsExactly(1L, 9L);
    }

    @Test
    void proof_of_delivery_is_kept_when_the_claim_was_taken_over_before_it_was_stored() {
        held(BEFORE);
        found(1, DeliveryState.AMBIGUOUS);
        found(2, DeliveryState.SENDING);
        found(3, DeliveryState.SENT);

        settle(sent(claim(1)), sent(claim(2)), sent(claim(3)));

        assertThat(kept).extracting(e -> e.settlement().claim()).containsExactly(claim(1), claim(2));
        assertThat(kept).extracting(Entry::doubtful).containsOnly(false);
        assertThat(stored).containsExactly(3L);
    }

    @Test
    void proof_that_cannot_be_looked_up_stays_in_doubt() {
        held(BEFORE);
        when(store.load(List.of(1L))).thenThrow(new MailerUnavailableException("down", Duration.ZERO, null));

        settle(sent(claim(1)));

        assertThat(kept).extracting(Entry::doubtful).containsExactly(true);
        assertThat(stored).isEmpty();
    }

    @Test
    void when_one_number_cannot_be_asked_for_all_stay_in_doubt() {
        held(BEFORE, claim(1));
        when(tx.heldBy(eq(AFTER), anyInt())).thenThrow(new MailerUnavailableException("down", Duration.ZERO, null));

        settle(entry(claim(1), BEFORE), entry(claim(2), AFTER));

        assertThat(kept).hasSize(2).extracting(Entry::doubtful).containsOnly(true);
        assertThat(stored).isEmpty();
    }

    private void held(long node, Claim... claims) {
        when(tx.heldBy(eq(node), anyInt())).thenReturn(List.of(claims));
    }

    private void settle(Entry... entries) {
        new CommitDoubt(store, null).settle(List.of(entries), kept::addAll);
    }

    private Entry entry(Claim claim, long node) {
        return new Entry(rules.release(claim, node, NOON), () -> stored.add(claim.deliveryId()), true);
    }

    private Entry sent(Claim claim) {
        Outcome accepted = Outcome.accepted("250 ok", null);
        return new Entry(
                rules.ofOutcome(claim, BEFORE, accepted, "smtp", NOON, NOON),
                () -> stored.add(claim.deliveryId()),
                true);
    }

    private void found(long delivery, DeliveryState state) {
        MessageId id = new MessageId(new UUID(7, delivery));
        StoredMessage message = mock(StoredMessage.class);
        when(message.id()).thenReturn(id);
        when(store.load(List.of(delivery))).thenReturn(List.of(message));
        DeliveryStatus status = mock(DeliveryStatus.class);
        when(status.id()).thenReturn(delivery);
        when(status.state()).thenReturn(state);
        MessageStatus found = mock(MessageStatus.class);
        when(found.deliveries()).thenReturn(List.of(status));
        when(store.find(id)).thenReturn(found);
    }

    private static Claim claim(long delivery) {
        return TestClaims.claim(delivery, delivery, "a.example");
    }
}
