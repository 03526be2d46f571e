// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.core.MailerEngine;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which mail of a mailer may be sent, or has expired, by its clock as it stands. Thread-safe. */
final class DueMail {
    /** In the order that mail goes through them, so that what moves on while they are asked for is met in the next one. */
    private static final List<DeliveryState> OPEN =
            List.of(DeliveryState.SCHEDULED, DeliveryState.DEFERRED, DeliveryState.QUEUED, DeliveryState.SENDING);

    private final MailerEngine mailer;
    private final StoredMail stored;
    private final InstantSource clock;
    /** When mail that waits expires, as it was accepted: to be read once. */
    private final Map<MessageId, Instant> ends = new ConcurrentHashMap<>();

    DueMail(MailerEngine mailer, StoredMail stored, InstantSource clock) {
        this.mailer = mailer;
        this.stored = stored;
        this.clock = clock;
    }

    /** One of the mails; null when there is none. A claim that is given back goes the other way, so what is queued is asked for again. */
    @Nullable
    MessageId first() {
        return Stream.concat(OPEN.stream(), Stream.of(DeliveryState.QUEUED))
                .flatMap(this::due)
                .map(Due::message)
                .findFirst()
                .orElse(null);
    }

    /** For an error: states and attempts, no addresses. */
    String describe() {
        return OPEN.stream()
                .flatMap(this::due)
                .map(Due::delivery)
                .map(d -> "delivery " + d.id() + " is " + d.state() + " after " + d.attempts() + " attempts")
                .toList()
                .toString();
    }

    private Stream<Due> due(DeliveryState state) {
        List<MessageStatus> messages = stored.in(state);
        Instant now = clock.instant();
        Set<QueueKey> held = new HashSet<>();
        for (ParkedQueue queue : messages.isEmpty() ? List.<ParkedQueue>of() : mailer.parkedQueues()) {
            if (queue.until().isAfter(now)) {
                held.add(queue.queue());
            }
        }
        return messages.stream()
                .flatMap(m -> m.deliveries().stream()
                        .filter(d -> d.state() == state)
                        .filter(d -> mayBeSent(d, now) && !held.contains(queue(m, d)) || hasExpired(m, d, now))
                        .map(d -> new Due(m.id(), d)));
    }

    private record Due(MessageId message, DeliveryStatus delivery) {}

    private static boolean mayBeSent(DeliveryStatus delivery, Instant now) {
        Instant next = delivery.nextAttemptAt();
        return switch (delivery.state()) {
            case QUEUED, SENDING -> true;
            default -> next != null && !next.isAfter(now);
        };
    }

    /** The mailer looks at what waits once in a second, whatever the clock says. */
    private boolean hasExpired(MessageStatus message, DeliveryStatus delivery, Instant now) {
        return delivery.state() != DeliveryState.SENDING
                && !ends.computeIfAbsent(message.id(), this::endOf).isAfter(now);
    }

    private Instant endOf(MessageId id) {
        Email email = mailer.email(id);
        return email == null || email.expiresAt() == null ? Instant.MAX : email.expiresAt();
    }

    private static QueueKey queue(MessageStatus message, DeliveryStatus delivery) {
        String address = delivery.recipient();
        String domain = address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
        return new QueueKey(new Lane(message.tenant(), message.stream()), domain);
    }
}
