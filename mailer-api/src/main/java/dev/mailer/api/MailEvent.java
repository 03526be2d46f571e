// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a delivery or, without one, to an address; appended once, never changed. Immutable.
 *
 * @see EventType
 */
public final class MailEvent {
    private final long id;
    private final EventType type;
    private final Instant at;
    private final String tenant;
    private final @Nullable String stream;
    private final @Nullable MessageId messageId;
    private final long deliveryId;
    private final @Nullable String recipient;
    private final int attempt;
    private final @Nullable String transport;
    private final @Nullable Failure failure;
    private final Map<String, String> detail;

    private MailEvent(Builder b) {
        this.id = b.id;
        this.type = b.type;
        this.at = b.at;
        this.tenant = b.tenant;
        this.stream = b.stream;
        this.messageId = b.messageId;
        this.deliveryId = b.deliveryId;
        this.recipient = b.recipient;
        this.attempt = b.attempt;
        this.transport = b.transport;
        this.failure = b.failure;
        this.detail = Map.copyOf(b.detail);
    }

    public static Builder builder(EventType type, Instant at, String tenant) {
        return new Builder(type, at, tenant);
    }

    /** Unique and stable; 0 before it is stored. Not an order: see the feed's position. */
    public long id() {
        return id;
    }

    public EventType type() {
        return type;
    }

    public Instant at() {
        return at;
    }

    public String tenant() {
        return tenant;
    }

    /** Of the mail; null for an event about an address alone. */
    public @Nullable String stream() {
        return stream;
    }

    /** Null for an event about an address alone. */
    public @Nullable MessageId messageId() {
        return messageId;
    }

    /** 0 for an event about an address alone. */
    public long deliveryId() {
        return deliveryId;
    }

    /** The bare address; personal data. */
    public @Nullable String recipient() {
        return recipient;
    }

    /** The number of the attempt it belongs to; 0 when none. */
    public int attempt() {
        return attempt;
    }

    public @Nullable String transport() {
        return transport;
    }

    public @Nullable Failure failure() {
        return failure;
    }

    /** More facts by name: {@code reply}, {@code url}, {@code userAgent}, … */
    public Map<String, String> detail() {
        return detail;
    }

    @Override
    public String toString() {
        return "Event[" + type + " at " + at + ", delivery " + deliveryId
                + (failure == null ? "" : ", " + failure.reason()) + "]";
    }

    /** Collects a {@link MailEvent}; not thread-safe. */
    public static final class Builder {
        private final EventType type;
        private final Instant at;
        private final String tenant;
        private long id;
        private @Nullable String stream;
        private @Nullable MessageId messageId;
        private long deliveryId;
        private @Nullable String recipient;
        private int attempt;
        private @Nullable String transport;
        private @Nullable Failure failure;
        private Map<String, String> detail = Map.of();

        private Builder(EventType type, Instant at, String tenant) {
            this.type = Objects.requireNonNull(type, "type");
            this.at = Objects.requireNonNull(at, "at");
            this.tenant = Objects.requireNonNull(tenant, "tenant");
        }

        public Builder id(long id) {
            this.id = id;
            return this;
        }

        public Builder stream(@Nullable String stream) {
            this.stream = stream;
            return this;
        }

        public Builder message(@Nullable MessageId id) {
            this.messageId = id;
            return this;
        }

        public Builder delivery(long id, @Nullable String recipient) {
            this.deliveryId = id;
            this.recipient = recipient;
            return this;
        }

        public Builder attempt(int number, @Nullable String transport) {
            this.attempt = number;
            this.transport = transport;
            return this;
        }

        public Builder failure(@Nullable Failure failure) {
            this.failure = failure;
            return this;
        }

        public Builder detail(Map<String, String> detail) {
            this.detail = detail;
            return this;
        }

        public MailEvent build() {
            return new MailEvent(this);
        }
    }
}
