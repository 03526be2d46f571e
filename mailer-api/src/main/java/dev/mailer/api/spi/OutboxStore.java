// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.Page;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of messages and deliveries. Reads are thread-safe; writes go through {@link #transact}, which the engine calls
 * from one thread, so that concurrent submissions share a commit. Instants are kept to the millisecond at least.
 *
 * <p>Every method may throw {@link MailerUnavailableException} when the store is down, busy or full.
 */
@Experimental
public interface OutboxStore extends AutoCloseable {
    /** For logs and meters: {@code sqlite}, {@code postgresql}, {@code mariadb}, {@code h2}, {@code memory}. */
    String name();

    /**
     * Runs the work in one transaction; when this returns, it is on stable storage. An exception of the work rolls back and
     * passes through. Transactions do not nest.
     *
     * @throws CommitUnknownException the connection was lost during the commit
     */
    <R extends @Nullable Object> R transact(Function<OutboxTransaction, R> work);

    /**
     * Writes on a caller's connection and in its transaction; only {@link OutboxTransaction#append} is used. When one of several messages
     * has the key of another mail, it throws {@link dev.mailer.api.IdempotencyConflictException} and has added none of them.
     */
    OutboxTransaction join(Connection host);

    /** How addresses are hashed here, and whether personal data is encrypted. */
    FieldCipher cipher();

    /**
     * Does what can be done for an append ahead of its transaction, on the calling thread: a store that encrypts does it here. An append
     * takes messages that were not given to it all the same.
     */
    default NewMessage seal(NewMessage message) {
        return message;
    }

    /**
     * Wraps some data keys again with the current master key, where older ones are in use; a bounded step outside of the writer's
     * transactions. Several nodes may do it at once.
     *
     * @return true when there is more to do at once
     */
    default boolean rotateKeys() {
        return false;
    }

    /** How far the master keys are rotated, from memory; null where nothing is encrypted. */
    default @Nullable KeyState keys() {
        return null;
    }

    /** Makes a lane known; called before any mail uses it, never inside a caller's transaction. Idempotent. */
    void register(Lane lane);

    /**
     * Queues that hold deliveries ready to be claimed, in a stable order, parked ones included; reads queues, not deliveries.
     *
     * @param after where to go on within the lane; null from the start
     */
    List<QueueKey> readyQueues(Lane lane, @Nullable String after, int limit);

    /** Lanes that hold deliveries ready to be claimed. */
    List<Lane> readyLanes();

    /** Parkings that changed at or after the instant; {@link Instant#EPOCH} for all. */
    List<ParkedQueue> parkedSince(Instant since);

    /** When the next scheduled or deferred delivery becomes due; null when none waits. Those to be tried alone do not count. */
    @Nullable
    Instant nextDue();

    /** True when a delivery that is to be tried alone is due. */
    boolean hasAlone(Instant now);

    /**
     * Messages by their store keys, in any order; unknown keys are left out.
     *
     * @throws dev.mailer.api.UnreadableException one of them cannot be decrypted; ask for each on its own to know which
     */
    List<StoredMessage> load(Collection<Long> messageKeys);

    @Nullable
    StoredMessage load(MessageId id);

    @Nullable
    MessageStatus find(MessageId id);

    Page<MessageStatus> list(MessageQuery query);

    /** Most events that {@link #events} gives from either end of a timeline. */
    int MOST_EVENTS = 500;

    /**
     * Events of a message in order of {@link MailEvent#at}, whenever they were stored; empty when there is no such message. Of one with more than
     * twice {@value #MOST_EVENTS}, the first and the newest so many: a mail may be opened any number of times.
     */
    List<MailEvent> events(MessageId id);

    /** How many events a message has, with those that {@link #events} leaves out. */
    long countEvents(MessageId id);

    /**
     * Numbers of waiting deliveries by lane and state, and the oldest; may be some seconds old, but the first answer of a
     * store is current.
     */
    List<Depth> depths();

    /** The clock of the database; the node's own where they are the same machine. */
    Instant now();

    ContentStore contents();

    SuppressionStore suppressions();

    EventStore eventFeed();

    TokenKeyStore tokenKeys();

    WebhookStore webhooks();

    Subscriptions subscriptions();

    @Override
    void close();

    /**
     * Waiting deliveries of one lane.
     *
     * @param ready those that can be claimed along with others
     * @param waiting scheduled and deferred ones, and those to be tried alone
     * @param oldestReady zero when none is ready
     */
    record Depth(Lane lane, long ready, long waiting, long sending, Duration oldestReady) {}

    /**
     * The master keys of a store that encrypts.
     *
     * @param current the version that wraps what is new
     * @param older versions before it that rows may still need; empty once all are wrapped again
     * @param rows numbers of rows by version, as the last pass through all of them found them, and so far for one that is under way;
     *     version 0 is in the clear, -1 erased. Empty when there was none, because nothing was to be wrapped again
     */
    record KeyState(int current, List<Integer> older, SortedMap<Integer, Long> rows) {
        public KeyState {
            older = List.copyOf(older);
            rows = Collections.unmodifiableSortedMap(new TreeMap<>(rows));
        }
    }

    /** The connection was lost during a commit: what was written may or may not be there. */
    final class CommitUnknownException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public CommitUnknownException(Throwable cause) {
            super("the connection was lost during the commit; its outcome is unknown", cause);
        }
    }
}
