// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which messages to list; newest first. Immutable; each method returns a changed copy. */
public final class MessageQuery {
    /** Page size when none is given. */
    public static final int DEFAULT_LIMIT = 20;
    /** Largest page. */
    public static final int MAX_LIMIT = 100;

    private final String tenant;
    private @Nullable MessageId after;
    private @Nullable MessageId before;
    private @Nullable String stream;
    private @Nullable DeliveryState state;
    private @Nullable String recipient;
    private @Nullable Instant since;
    private @Nullable Instant until;
    private int limit = DEFAULT_LIMIT;

    private MessageQuery(String tenant) {
        this.tenant = tenant;
    }

    public static MessageQuery ofTenant(String tenant) {
        return new MessageQuery(Objects.requireNonNull(tenant, "tenant"));
    }

    /** Older than this one. Excludes {@link #before}. */
    public MessageQuery after(@Nullable MessageId id) {
        MessageQuery q = copy();
        q.after = id;
        return q.checked();
    }

    /** Newer than this one. Excludes {@link #after}. */
    public MessageQuery before(@Nullable MessageId id) {
        MessageQuery q = copy();
        q.before = id;
        return q.checked();
    }

    public MessageQuery stream(@Nullable String name) {
        MessageQuery q = copy();
        q.stream = name;
        return q;
    }

    /** Messages with at least one delivery in this state. */
    public MessageQuery state(@Nullable DeliveryState state) {
        MessageQuery q = copy();
        q.state = state;
        return q;
    }

    /** Messages to this bare address. */
    public MessageQuery recipient(@Nullable String address) {
        MessageQuery q = copy();
        q.recipient = address;
        return q;
    }

    /** Accepted at this instant or later. */
    public MessageQuery since(@Nullable Instant at) {
        MessageQuery q = copy();
        q.since = at;
        return q;
    }

    /** Accepted before this instant. */
    public MessageQuery until(@Nullable Instant at) {
        MessageQuery q = copy();
        q.until = at;
        return q;
    }

    /** Page size, 1 to {@value #MAX_LIMIT}. */
    public MessageQuery limit(int size) {
        if (size < 1 || size > MAX_LIMIT) {
            throw new InvalidEmailException("limit", "is " + size + ", allowed are 1 to " + MAX_LIMIT);
        }
        MessageQuery q = copy();
        q.limit = size;
        return q;
    }

    public String tenant() {
        return tenant;
    }

    public @Nullable MessageId after() {
        return after;
    }

    public @Nullable MessageId before() {
        return before;
    }

    public @Nullable String stream() {
        return stream;
    }

    public @Nullable DeliveryState state() {
        return state;
    }

    public @Nullable String recipient() {
        return recipient;
    }

    public @Nullable Instant since() {
        return since;
    }

    public @Nullable Instant until() {
        return until;
    }

    public int limit() {
        return limit;
    }

    private MessageQuery checked() {
        if (after != null && before != null) {
            throw new InvalidEmailException("after", "excludes before; give one of them");
        }
        return this;
    }

    private MessageQuery copy() {
        MessageQuery q = new MessageQuery(tenant);
        q.after = after;
        q.before = before;
        q.stream = stream;
        q.state = state;
        q.recipient = recipient;
        q.since = since;
        q.until = until;
        q.limit = limit;
        return q;
    }
}
