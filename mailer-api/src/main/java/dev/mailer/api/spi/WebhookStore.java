// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.EventType;
import dev.mailer.api.Experimental;
import dev.mailer.api.MessageId;
import dev.mailer.api.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Webhook endpoints, and for each the events it is to be told and was told. A delivery names its event by id and holds nothing of it. All
 * nodes of a ledger share the work: who claims a delivery has it until an instant, which also stands for the claim when it is settled.
 * What is changed is committed when a method returns. Thread-safe.
 */
@Experimental
public interface WebhookStore {
    /** Most characters of {@link Endpoint#id}. */
    int MAX_ID = 64;

    /**
     * An endpoint.
     *
     * @param id unique among all tenants
     * @param config URL, keys, filter and whatever else its plugin needs; encrypted where the ledger is
     * @param after the position of the feed behind which it is told, whenever that happened
     */
    record Endpoint(String id, String tenant, Secret config, Instant createdAt, long after, State state) {}

    /**
     * How it goes with an endpoint.
     *
     * @param reason why it is as it is, for people; empty at first
     * @param changedAt when it was last enabled or disabled
     * @param failures since the last success
     * @param failingSince the first of them; null when there is none
     * @param succeededAt the last success, to the minute; null when there was none
     * @param restsUntil nothing but a probe is sent before; null when it does not rest
     */
    record State(
            boolean enabled,
            String reason,
            Instant changedAt,
            int failures,
            @Nullable Instant failingSince,
            @Nullable Instant succeededAt,
            @Nullable Instant restsUntil) {
        /** That of an endpoint nothing was sent to yet. */
        public static State fresh(boolean enabled, Instant at) {
            return new State(enabled, "", at, 0, null, null, null);
        }
    }

    /** What became of an endpoint that was to be added; unless it was, nothing has changed. */
    enum Added {
        ADDED,
        /** Another one has its id, or had it and was removed a moment ago. */
        TAKEN,
        /** The tenant has as many as it may. */
        FULL
    }

    /** What became of a delivery. */
    enum Status {
        /** To be sent at {@link Delivery#dueAt}. */
        WAITING,
        DELIVERED,
        /** Given up. */
        DEAD,
        /** Kept while its endpoint cannot be read; whether the endpoint wants it is found out when that can be. */
        HELD
    }

    /**
     * An event for an endpoint.
     *
     * @param status {@link Status#WAITING} or {@link Status#HELD}
     */
    record Due(Endpoint endpoint, long event, EventType type, Status status) {
        /** One that is to be sent. */
        public Due(Endpoint endpoint, long event, EventType type) {
            this(endpoint, event, type, Status.WAITING);
        }
    }

    /**
     * A delivery as it stands.
     *
     * @param attempts in all, also from before it was sent again
     * @param dueAt null unless it waits
     */
    record Delivery(
            String endpoint,
            long event,
            EventType type,
            Status status,
            Instant createdAt,
            Instant changedAt,
            int attempts,
            @Nullable Instant dueAt) {}

    /**
     * One try.
     *
     * @param number counted from 1
     * @param status of HTTP; 0 when there was no answer
     * @param result one word, such as {@code delivered}, {@code status}, {@code timeout}
     * @param excerpt of the answer; encrypted where the ledger is
     */
    record Attempt(int number, Instant at, int status, Duration took, String result, String excerpt) {}

    /** How much is to be claimed for an endpoint. */
    record Want(String endpoint, int limit) {}

    /**
     * A claim.
     *
     * @param attempts in all
     * @param tries those since it was last made to wait by {@link #enqueue} or {@link #replay}
     * @param until when it ends
     * @param status as it was: {@link Status#WAITING} or {@link Status#HELD}
     */
    record Claimed(String endpoint, long event, int attempts, int tries, Instant until, Status status) {}

    /**
     * How a claim ended.
     *
     * @param attempt null when none was made, and the delivery is given back
     * @param dueAt when it is due; null unless it is to wait
     */
    record Settled(
            Claimed claim,
            @Nullable Attempt attempt,
            Status status,
            @Nullable Instant dueAt) {}

    /**
     * What attempts told of an endpoint.
     *
     * @param failures since the last success, among these attempts
     * @param succeeded whether one of them did
     * @param restsUntil null to leave a rest as it is, unless one succeeded, which ends it
     */
    record Health(
            String endpoint,
            Instant at,
            int failures,
            boolean succeeded,
            @Nullable Instant restsUntil) {}

    /** What is listed, newest event first; {@code before} is the last event of the page before. */
    record Query(
            String endpoint,
            @Nullable Status status,
            @Nullable EventType type,
            @Nullable Long before,
            int limit) {}

    /**
     * Which deliveries are sent again: one, or those that were made in a time and have ended.
     *
     * @param status null for any that has ended
     */
    record Selection(
            @Nullable Long event,
            @Nullable Status status,
            @Nullable Instant since,
            @Nullable Instant until) {}

    /**
     * Some deliveries were sent again.
     *
     * @param replayed how many
     * @param next the last event that was looked at, behind which to go on; null at the end
     */
    record Replayed(int replayed, @Nullable Long next) {}

    /**
     * A delivery of an event of a mail.
     *
     * @param last the last attempt, without its excerpt; null when there was none
     */
    record Told(Delivery delivery, @Nullable Attempt last) {}

    /**
     * What lies about.
     *
     * @param dead deliveries that were given up and are kept; counts to a thousand
     * @param oldestDue since when a delivery is due that no one has sent; null when there is none
     */
    record Backlog(int dead, @Nullable Instant oldestDue) {}

    /** Whether what a mail says can be read. */
    enum Texts {
        READABLE,
        /** It was erased. */
        ERASED,
        /** It was altered in the store, or its key is missing. */
        UNREADABLE
    }

    /** A mail as payloads tell of it; without From, subject and tags unless its texts are readable. */
    record Mail(
            Instant acceptedAt,
            @Nullable String from,
            @Nullable String subject,
            String messageIdHeader,
            Map<String, String> tags,
            Texts texts) {
        public Mail {
            tags = Map.copyOf(tags);
        }
    }

    /**
     * Adds an endpoint, unless its tenant has {@code most} already. That holds also where several are added at once.
     *
     * @throws dev.mailer.api.InvalidEmailException the tenant is unknown
     */
    Added add(Endpoint endpoint, int most);

    /** Changes the configuration from what it was read as; false, and nothing has changed, when it is that no more or there is no such endpoint. */
    boolean configure(String tenant, String id, Secret expected, Secret config);

    /** Enables or disables; false when there is no such endpoint, or it is so already. One that is enabled forgets its failures. */
    boolean enable(String tenant, String id, boolean enabled, String reason, Instant at);

    /** Removes it; its deliveries go with {@link #purge}. False when there is none. */
    boolean remove(String tenant, String id);

    /** All endpoints of all tenants, by id. */
    List<Endpoint> endpoints();

    /** Makes deliveries that are due at an instant; those that are there stay as they are. Returns how many are new. */
    int enqueue(List<Due> due, Instant at);

    /** The endpoints that are enabled and have something due, as far as is known without waiting for others. */
    List<String> due(Instant now);

    /** Claims what is due, the oldest of each endpoint first. Nobody else has it until the claims end. */
    List<Claimed> claim(List<Want> wants, Instant now, Instant until);

    /** Settles claims that still hold, and notes how the endpoints are; claims that have ended are passed over. */
    void settle(List<Settled> settled, List<Health> health);

    /** Removes what was {@link Status#HELD} and turned out not to be wanted, as far as the claims still hold. */
    void drop(List<Claimed> unwanted);

    /** Makes one node at a time probe an endpoint that rests: false when it does not rest until {@code seen} any more. */
    boolean probe(String endpoint, Instant seen, Instant next);

    /** Deliveries of an endpoint. */
    List<Delivery> list(Query query);

    /** The attempts of a delivery, in order. */
    List<Attempt> attempts(String endpoint, long event);

    /**
     * Makes deliveries wait again that have ended. Looks at {@code limit} at most, in order of their events and behind {@code after}; 0 at
     * first. Their age counts from then on.
     */
    Replayed replay(String endpoint, Selection what, long after, Instant now, int limit);

    /** How many deliveries wait for an endpoint; counts to a thousand. */
    int waiting(String endpoint);

    /** What was told of a mail, in order of events and then of endpoints; at most {@code limit}. */
    List<Told> told(MessageId mail, int limit);

    /** What lies about of all tenants, endpoints that are disabled left out of what is due. */
    Backlog backlog(Instant now);

    /**
     * Removes deliveries that ended before an instant, or waited since then for an endpoint that is disabled or cannot be read, and what is left of
     * removed endpoints; about {@code limit} at once. Returns how many; 0 when nothing is left to remove.
     */
    int purge(Instant before, int limit);

    /** The mails of events; those that are gone are left out. */
    Map<MessageId, Mail> mails(Collection<MessageId> ids);
}
