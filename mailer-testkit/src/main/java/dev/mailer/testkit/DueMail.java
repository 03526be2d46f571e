// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.Page;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.core.MailerEngine;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which mail of a mailer may be sent by its clock as it stands. */
final class DueMail {
    /** In the order that mail goes through them, so that what moves on while they are asked for is met in the next one. */
    private static final List<DeliveryState> OPEN =
            List.of(DeliveryState.SCHEDULED, DeliveryState.DEFERRED, DeliveryState.QUEUED, DeliveryState.SENDING);

    private final MailerEngine mailer;
    private final InstantSource clock;

    DueMail(MailerEngine mailer, InstantSource clock) {
        this.mailer = mailer;
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

    long count(DeliveryState state) {
        return messages(state).stream()
                .flatMap(m -> m.deliveries().stream())
                .filter(d -> d.state() == state)
                .count();
    }

    private Stream<Due> due(DeliveryState state) {
        List<MessageStatus> messages = messages(state);
        Instant now = clock.instant();
        Set<QueueKey> held = new HashSet<>();
        for (ParkedQueue queue : messages.isEmpty() ? List.<ParkedQueue>of() : mailer.parkedQueues()) {
            if (queue.until().isAfter(now)) {
                held.add(queue.queue());
            }
        }
        return messages.stream()
                .flatMap(m -> m.deliveries().stream()
                        .filter(d -> d.state() == state && isDue(d, now))
                        .filter(d -> !held.contains(queue(m, d)))
                        .map(d -> new Due(m.id(), d)));
    }

    private record Due(MessageId message, DeliveryStatus delivery) {}

    private static boolean isDue(DeliveryStatus delivery, Instant now) {
        Instant next = delivery.nextAttemptAt();
        return switch (delivery.state()) {
            case QUEUED, SENDING -> true;
            default -> next != null && !next.isAfter(now);
        };
    }

    private static QueueKey queue(MessageStatus message, DeliveryStatus delivery) {
        String address = delivery.recipient();
        String domain = address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
        return new QueueKey(new Lane(message.tenant(), message.stream()), domain);
    }

    private List<MessageStatus> messages(DeliveryState state) {
        MessageQuery query =
                MessageQuery.ofTenant(Email.DEFAULT_TENANT).state(state).limit(MessageQuery.MAX_LIMIT);
        List<MessageStatus> all = new ArrayList<>();
        Page<MessageStatus> page = mailer.list(query);
        all.addAll(page.items());
        while (page.hasMore()) {
            page = mailer.list(
                    query.after(page.items().get(page.items().size() - 1).id()));
            all.addAll(page.items());
        }
        return all;
    }
}
