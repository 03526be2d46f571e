// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One message to one recipient, as it stands now. Immutable. */
public final class DeliveryStatus {
    private final long id;
    private final String recipient;
    private final RecipientRole role;
    private final DeliveryState state;
    private final int attempts;
    private final Instant changedAt;
    private final @Nullable Instant nextAttemptAt;
    private final @Nullable String transport;
    private final @Nullable Failure failure;
    private final @Nullable String reply;

    private DeliveryStatus(Builder b) {
        this.id = b.id;
        this.recipient = b.recipient;
        this.role = b.role;
        this.state = b.state;
        this.attempts = b.attempts;
        this.changedAt = b.changedAt;
        this.nextAttemptAt = b.nextAttemptAt;
        this.transport = b.transport;
        this.failure = b.failure;
        this.reply = b.reply;
    }

    public static Builder builder(long id, String recipient, RecipientRole role, DeliveryState state) {
        return new Builder(id, recipient, role, state);
    }

    /** The numeric id, unique in the installation. */
    public long id() {
        return id;
    }

    /** The bare address; personal data. */
    public String recipient() {
        return recipient;
    }

    public RecipientRole role() {
        return role;
    }

    public DeliveryState state() {
        return state;
    }

    /** Attempts so far, also those that are under way. */
    public int attempts() {
        return attempts;
    }

    public Instant changedAt() {
        return changedAt;
    }

    /** When it becomes due; null unless scheduled or deferred. */
    public @Nullable Instant nextAttemptAt() {
        return nextAttemptAt;
    }

    /** The transport of the last attempt, without credentials. */
    public @Nullable String transport() {
        return transport;
    }

    /** Why it is deferred or ended without being sent; null otherwise. */
    public @Nullable Failure failure() {
        return failure;
    }

    /** What the server said when it accepted; null before that. */
    public @Nullable String reply() {
        return reply;
    }

    @Override
    public String toString() {
        return "Delivery[" + id + ", " + state + ", attempts=" + attempts
                + (failure == null ? "" : ", " + failure.reason()) + "]";
    }

    /** Collects a {@link DeliveryStatus}; not thread-safe. */
    public static final class Builder {
        private final long id;
        private final String recipient;
        private final RecipientRole role;
        private final DeliveryState state;
        private int attempts;
        private Instant changedAt = Instant.EPOCH;
        private @Nullable Instant nextAttemptAt;
        private @Nullable String transport;
        private @Nullable Failure failure;
        private @Nullable String reply;

        private Builder(long id, String recipient, RecipientRole role, DeliveryState state) {
            this.id = id;
            this.recipient = Objects.requireNonNull(recipient, "recipient");
            this.role = Objects.requireNonNull(role, "role");
            this.state = Objects.requireNonNull(state, "state");
        }

        public Builder attempts(int attempts) {
            this.attempts = attempts;
            return this;
        }

        public Builder changedAt(Instant at) {
            this.changedAt = at;
            return this;
        }

        public Builder nextAttemptAt(@Nullable Instant at) {
            this.nextAttemptAt = at;
            return this;
        }

        public Builder transport(@Nullable String transport) {
            this.transport = transport;
            return this;
        }

        public Builder failure(@Nullable Failure failure) {
            this.failure = failure;
            return this;
        }

        public Builder reply(@Nullable String reply) {
            this.reply = reply;
            return this;
        }

        public DeliveryStatus build() {
            return new DeliveryStatus(this);
        }
    }
}
