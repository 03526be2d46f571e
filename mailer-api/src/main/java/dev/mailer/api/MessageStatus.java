// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An accepted mail and the states of its deliveries. Immutable; a snapshot. */
public final class MessageStatus {
    private final MessageId id;
    private final Instant acceptedAt;
    private final String tenant;
    private final String stream;
    private final @Nullable String from;
    private final @Nullable String subject;
    private final String messageIdHeader;
    private final Map<String, String> tags;
    private final @Nullable Instant sendAt;
    private final List<DeliveryStatus> deliveries;
    private final @Nullable EventType lastEvent;

    private MessageStatus(Builder b) {
        this.id = b.id;
        this.acceptedAt = b.acceptedAt;
        this.tenant = b.tenant;
        this.stream = b.stream;
        this.from = b.from;
        this.subject = b.subject;
        this.messageIdHeader = b.messageIdHeader;
        this.tags = Map.copyOf(b.tags);
        this.sendAt = b.sendAt;
        this.deliveries = List.copyOf(b.deliveries);
        this.lastEvent = b.lastEvent;
    }

    public static Builder builder(MessageId id, Instant acceptedAt) {
        return new Builder(id, acceptedAt);
    }

    public MessageId id() {
        return id;
    }

    public Instant acceptedAt() {
        return acceptedAt;
    }

    public String tenant() {
        return tenant;
    }

    public String stream() {
        return stream;
    }

    /** The author as a mailbox; null for raw content that was given without one. Personal data. */
    public @Nullable String from() {
        return from;
    }

    /** The subject; null where a template or raw content holds it. Personal data. */
    public @Nullable String subject() {
        return subject;
    }

    /** The Message-ID header field, with angle brackets. */
    public String messageIdHeader() {
        return messageIdHeader;
    }

    public Map<String, String> tags() {
        return tags;
    }

    public @Nullable Instant sendAt() {
        return sendAt;
    }

    public List<DeliveryStatus> deliveries() {
        return deliveries;
    }

    /** The newest event; null when retention has removed the events. */
    public @Nullable EventType lastEvent() {
        return lastEvent;
    }

    public boolean isFinal() {
        return deliveries.stream().allMatch(d -> d.state().isFinal());
    }

    /** True when every delivery was taken by the next server. */
    public boolean isSent() {
        return deliveries.stream().allMatch(MessageStatus::sent);
    }

    /** Returns this, or throws a {@link TransportException} with the first failure when some delivery is not sent. */
    public MessageStatus orThrow() {
        for (DeliveryStatus d : deliveries) {
            if (!sent(d)) {
                Failure failure = d.failure();
                throw new TransportException(
                        failure != null
                                ? failure
                                : Failure.builder("not-sent", Phase.PREPARE)
                                        .text("delivery " + d.id() + " is " + d.state())
                                        .build(),
                        null);
            }
        }
        return this;
    }

    /** How many deliveries are in each state. */
    public Map<DeliveryState, Long> counts() {
        return deliveries.stream().collect(groupingBy(DeliveryStatus::state, counting()));
    }

    @Override
    public String toString() {
        return "Message[" + id + ", " + counts() + "]";
    }

    private static boolean sent(DeliveryStatus d) {
        return d.state() == DeliveryState.SENT || d.state() == DeliveryState.DELIVERED;
    }

    /** Collects a {@link MessageStatus}; not thread-safe. */
    public static final class Builder {
        private final MessageId id;
        private final Instant acceptedAt;
        private String tenant = Email.DEFAULT_TENANT;
        private String stream = Email.DEFAULT_STREAM;
        private @Nullable String from;
        private @Nullable String subject;
        private String messageIdHeader = "";
        private Map<String, String> tags = Map.of();
        private @Nullable Instant sendAt;
        private List<DeliveryStatus> deliveries = List.of();
        private @Nullable EventType lastEvent;

        private Builder(MessageId id, Instant acceptedAt) {
            this.id = Objects.requireNonNull(id, "id");
            this.acceptedAt = Objects.requireNonNull(acceptedAt, "acceptedAt");
        }

        public Builder lane(String tenant, String stream) {
            this.tenant = tenant;
            this.stream = stream;
            return this;
        }

        public Builder from(@Nullable String mailbox) {
            this.from = mailbox;
            return this;
        }

        public Builder subject(@Nullable String subject) {
            this.subject = subject;
            return this;
        }

        public Builder messageIdHeader(String value) {
            this.messageIdHeader = value;
            return this;
        }

        public Builder tags(Map<String, String> tags) {
            this.tags = tags;
            return this;
        }

        public Builder sendAt(@Nullable Instant at) {
            this.sendAt = at;
            return this;
        }

        public Builder deliveries(List<DeliveryStatus> deliveries) {
            this.deliveries = deliveries;
            return this;
        }

        public Builder lastEvent(@Nullable EventType type) {
            this.lastEvent = type;
            return this;
        }

        public MessageStatus build() {
            return new MessageStatus(this);
        }
    }
}
