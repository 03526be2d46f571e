// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.CancelResult;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.DeliveryReports;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.Settlement;
import dev.mailer.api.spi.StoredMessage;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A store and what tests do with it, in few words. As thread-safe as the store. */
public final class LedgerDriver {
    /** How long the nodes registered here live without a heartbeat. */
    public static final Duration LEASE = Duration.ofMinutes(1);

    private static final int MANY = 10_000;

    private final OutboxStore store;
    private final BiFunction<String, String, Bytes> lookupHash;

    /** Drives a store whose look-up hashes come from this function of tenant and address key. */
    public LedgerDriver(OutboxStore store, BiFunction<String, String, Bytes> lookupHash) {
        this.store = store;
        this.lookupHash = lookupHash;
    }

    public OutboxStore store() {
        return store;
    }

    public <R> R in(Function<OutboxTransaction, R> work) {
        return store.transact(work);
    }

    /** As {@link #in}, for what gives a list. */
    public <T> List<T> all(Function<OutboxTransaction, List<T>> work) {
        return store.transact(work);
    }

    public NewMessage build(SampleMessage sample) {
        return sample.build(lookupHash);
    }

    /** Appends in one transaction. */
    public List<AppendResult> append(SampleMessage... samples) {
        List<NewMessage> messages = Arrays.stream(samples).map(this::build).toList();
        return in(tx -> tx.append(messages));
    }

    /** Appends what must be accepted. */
    public MessageId accept(SampleMessage sample) {
        AppendResult result = append(sample).get(0);
        assertThat(result.kind()).isEqualTo(AppendResult.Kind.ACCEPTED);
        return result.id();
    }

    public long node() {
        return in(tx -> tx.registerNode("test", SampleMessage.ACCEPTED_AT, LEASE));
    }

    public List<Claim> claim(long node, Instant now, int max, QueueKey... queues) {
        List<Pick> picks = Arrays.stream(queues).map(q -> new Pick(q, max)).toList();
        return in(tx -> tx.claim(node, now, picks));
    }

    /** Claims all that is ready. */
    public List<Claim> claimAll(long node, Instant now) {
        return claim(node, now, MANY, readyQueues().toArray(QueueKey[]::new));
    }

    /** Claims all that is ready, which must be one delivery. */
    public Claim claimOne(long node, Instant now) {
        List<Claim> claims = claimAll(node, now);
        assertThat(claims).hasSize(1);
        return claims.get(0);
    }

    /** Accepts a message to one recipient and claims it. */
    public Claim claimNew(long node, Instant now) {
        MessageId id = accept(SampleMessage.to("jo@example.org"));
        long delivery = delivery(id).id();
        return claimAll(node, now).stream()
                .filter(c -> c.deliveryId() == delivery)
                .findFirst()
                .orElseThrow(() -> new AssertionError("a delivery just accepted could not be claimed"));
    }

    public List<QueueKey> readyQueues() {
        List<QueueKey> queues = new ArrayList<>();
        for (Lane lane : store.readyLanes()) {
            queues.addAll(store.readyQueues(lane, null, MANY));
        }
        return queues;
    }

    public List<Long> settle(Settlement... settlements) {
        return in(tx -> tx.settle(List.of(settlements)));
    }

    /** Makes due what is due; the queues that gained something. */
    public List<QueueKey> promote(Instant now) {
        return in(tx -> tx.promote(now, MANY));
    }

    /** Cancels; null when there is no such message. */
    public @Nullable CancelResult cancel(MessageId id, Instant now) {
        return in(tx -> Optional.ofNullable(tx.cancel(id, now))).orElse(null);
    }

    /** Claims one delivery that is to be tried alone; null when none is due. */
    public @Nullable Claim claimAlone(long node, Instant now) {
        return in(tx -> Optional.ofNullable(tx.claimAlone(node, now))).orElse(null);
    }

    public List<Claim> heldBy(long node, int limit) {
        return in(tx -> tx.heldBy(node, limit));
    }

    public List<Long> deadNodes(long self, Instant now) {
        return in(tx -> tx.deadNodes(self, now));
    }

    public boolean heartbeat(long node, Instant now, Duration lease) {
        return in(tx -> tx.heartbeat(node, now, lease));
    }

    public int expire(Instant now, int limit) {
        return in(tx -> tx.expire(now, limit));
    }

    public int purge(OutboxTransaction.Purge what, Instant before, int limit) {
        return in(tx -> tx.purge(what, before, limit));
    }

    public void park(ParkedQueue parked, Instant now) {
        in(tx -> {
            tx.park(parked, now);
            return true;
        });
    }

    public boolean resolve(MessageId id, long delivery, DeliveryState to, Instant now) {
        return in(tx -> tx.resolve(id, delivery, to, now));
    }

    public DeliveryReports.Result report(DeliveryReports.Report report) {
        return in(tx -> tx.report(List.of(report))).get(0);
    }

    public MessageStatus status(MessageId id) {
        return Objects.requireNonNull(store.find(id), "the store does not find a message that it accepted");
    }

    public List<DeliveryStatus> deliveries(MessageId id) {
        return status(id).deliveries();
    }

    /** The delivery of a message to one recipient. */
    public DeliveryStatus delivery(MessageId id) {
        assertThat(deliveries(id)).hasSize(1);
        return deliveries(id).get(0);
    }

    public DeliveryState state(MessageId id) {
        return delivery(id).state();
    }

    /** The message that a claim is for. */
    public MessageId messageOf(Claim claim) {
        return store.load(List.of(claim.messageKey())).get(0).id();
    }

    /** Bytes of a message's stored content. */
    public long contentSize(MessageId id) {
        StoredMessage message = store.load(id);
        if (message == null || message.content() == null) {
            throw new AssertionError("the content of " + id + " is not in the store");
        }
        return message.content().size();
    }

    public DeliveryState state(Claim claim) {
        return statusOf(claim).state();
    }

    public DeliveryStatus statusOf(Claim claim) {
        return deliveries(messageOf(claim)).stream()
                .filter(d -> d.id() == claim.deliveryId())
                .findFirst()
                .orElseThrow(() -> new AssertionError("the message of a claim does not have its delivery"));
    }

    public List<EventType> eventTypes(MessageId id) {
        return store.events(id).stream().map(MailEvent::type).toList();
    }

    public MailEvent lastEvent(MessageId id) {
        List<MailEvent> events = store.events(id);
        return events.get(events.size() - 1);
    }

    /** Gives every committed event its position, and reads all behind one. */
    public List<EventStore.Positioned> feed(long after) {
        int rounds = 0;
        while (store.eventFeed().assignPositions(MANY) > 0) {
            assertThat(++rounds).as("rounds until every event has its position").isLessThan(MANY);
        }
        return store.eventFeed().read(after, MANY);
    }

    /** Suppresses an address for good; a null stream means all. */
    public void suppress(Lane lane, @Nullable String stream, String address, @Nullable Instant until) {
        store.suppressions()
                .add(new Suppression(
                        lane.tenant(), stream, address, Reason.BOUNCE, "test", SampleMessage.ACCEPTED_AT, until));
    }
}
