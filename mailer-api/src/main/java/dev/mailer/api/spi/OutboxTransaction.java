// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.CancelResult;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.Experimental;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MessageId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The writes of the ledger, inside one transaction. Used by one thread; every list is one batch. No statement may leave the
 * transaction aborted for a reason that the caller did not cause (idempotency by a conflict-ignoring insert).
 */
@Experimental
public interface OutboxTransaction {
    /**
     * Stores messages with their deliveries and {@code queued} events; recipients on the suppression list are stored as
     * suppressed, with a {@code suppressed} event instead and that reason. A message is scheduled when its {@code sendAt} is
     * after its {@code acceptedAt}. Idempotency keys belong to the tenant; of several equal ones in one call the first counts.
     * The results are in the order of the arguments.
     *
     * @throws InvalidEmailException the lane of some message was never registered; for the field {@code stream}
     */
    List<AppendResult> append(List<NewMessage> messages);

    /**
     * Leases at most {@code max} deliveries of each queue, oldest first by acceptance, and gives each its next attempt number.
     * The order between queues is open. Parkings are the caller's to heed.
     */
    List<Claim> claim(long node, Instant now, List<Pick> picks);

    /** Leases one delivery that is to be tried alone and is due, and journals it; null when there is none. */
    @Nullable
    Claim claimAlone(long node, Instant now);

    /** Records that these claims are about to pass the final dot. Returns the ids for which the claim was still current. */
    List<Long> journal(long node, List<Claim> claims);

    /**
     * Applies settlements, each as {@link Settlement} says; two for one delivery count in their order. Returns the ids for
     * which the state changed.
     */
    List<Long> settle(List<Settlement> settlements);

    /**
     * Makes due what was scheduled or deferred until now, the longest due first; returns the queues it belongs to, an empty
     * list when nothing was due.
     */
    List<QueueKey> promote(Instant now, int limit);

    /**
     * Ends waiting deliveries whose {@code expiresAt} has come, those to be tried alone included: EXPIRED, with an event and
     * the reason {@code expired}. Returns how many.
     */
    int expire(Instant now, int limit);

    /**
     * Takes back what is not yet claimed: CANCELLED, with an event and the reason {@code cancelled}. Null when there is no
     * such message.
     */
    @Nullable
    CancelResult cancel(MessageId id, Instant now);

    /**
     * Decides about a delivery: QUEUED sends it now, if it is AMBIGUOUS, DEFERRED, SCHEDULED, FAILED, EXPIRED or to be tried
     * alone, and forgets its crashes; FAILED gives it up, if it is AMBIGUOUS or DEFERRED, with the reason {@code given-up}.
     * Either adds an event. False when there is no such delivery or its state does not allow it.
     *
     * @throws IllegalArgumentException any other state is asked for
     */
    boolean resolve(MessageId id, long deliveryId, DeliveryState to, Instant now);

    /**
     * Stores what was reported about deliveries after acceptance; the results are in the order of the arguments. BOUNCED wins
     * over every state, DELIVERED over every other one, whoever holds the delivery; all else adds its event only. A report
     * about an unknown delivery is not remembered.
     */
    List<DeliveryReports.Result> report(List<DeliveryReports.Report> reports);

    /**
     * Puts recipients on the suppression list, for all streams of their tenants. An entry of the same reason stays where it ends at the same
     * time or later; those of other reasons stay as they are. A recipient whose delivery is gone, or whose address is erased or cannot be
     * read, is left out.
     */
    void suppress(List<Unmailable> recipients);

    /** Sets or, with {@code strikes} 0, lifts the parking of a queue. */
    void park(ParkedQueue parked, Instant now);

    /** Registers this process as a holder of leases and returns its number, which is never used again. */
    long registerNode(String name, Instant now, Duration lease);

    /** Prolongs the node's leases, also when they have ended; false when another node has found it dead meanwhile. */
    boolean heartbeat(long node, Instant now, Duration lease);

    /**
     * Nodes but {@code self} whose lease ended before now; where the store has one process only, all that another process registered, too.
     * They are dead from then on, whatever heartbeat of theirs still comes; those that are registered no longer and hold something all
     * the same, because a claim of theirs was committed late, are among them.
     */
    List<Long> deadNodes(long self, Instant now);

    /**
     * Claims that a node holds, in any order; {@code suppressedBy} is null. Waits for transactions that are about to settle some
     * of them, so that what is told does not change in the same transaction.
     */
    List<Claim> heldBy(long node, int limit);

    /** Forgets a node that holds nothing any more; one that does stays. */
    void removeNode(long node);

    /**
     * Removes content, or whole messages with their deliveries and events, that were accepted and became final before the
     * instant, oldest first; or idempotency keys whose {@link NewMessage.Idempotency#since} is before it, whether or not their messages are still there.
     * AMBIGUOUS is not final here. Returns how many messages or keys.
     */
    int purge(Purge what, Instant before, int limit);

    /**
     * Erases the mail to an address, at most so many messages behind {@code after}. What waits for that address is taken back. A message
     * none of whose deliveries is open any more loses its content, its texts, the addresses of all its recipients and its data key; its
     * ids, times, states and domains stay. Its idempotency key stays, too, without the content that it stands for: the same key with any
     * content is a duplicate. One that is being sent, or waits for another recipient, is left and counted.
     *
     * @param after {@link Erased#next} of the call before; 0 at first
     */
    Erased erase(String tenant, String address, long after, Instant now, int limit);

    /**
     * What a step of an erasure did.
     *
     * @param erased messages
     * @param cancelled deliveries that waited
     * @param sending messages that are left because an attempt is under way
     * @param waiting messages that are left because they wait for another recipient
     * @param next where to go on; 0 at the end
     */
    record Erased(int erased, int cancelled, int sending, int waiting, long next) {}

    /**
     * Somebody who is not to be mailed any more.
     *
     * @param deliveryId one to the address, whose outcome says so
     * @param origin what said so, such as {@code smtp}
     * @param until null for good
     */
    record Unmailable(
            long deliveryId,
            SuppressionStore.Reason reason,
            String origin,
            Instant at,
            @Nullable Instant until) {}

    /** How many to take from a queue. */
    record Pick(QueueKey queue, int max) {}

    /** What retention removes. */
    enum Purge {
        CONTENT,
        MESSAGE,
        IDEMPOTENCY_KEY,
        /** What is known of the failures of a queue, where both the parking and its last change are before. */
        PARKING,
        /** The history of the suppression list, and the events about addresses alone that go with it; the entries stay. */
        SUPPRESSION_CHANGE
    }
}
