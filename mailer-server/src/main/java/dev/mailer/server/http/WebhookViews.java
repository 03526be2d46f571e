// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.EventType;
import dev.mailer.api.spi.WebhookStore.Attempt;
import dev.mailer.api.spi.WebhookStore.Delivery;
import dev.mailer.api.spi.WebhookStore.State;
import dev.mailer.webhooks.EventWords;
import dev.mailer.webhooks.WebhookEndpoint;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Webhooks as the API shows them; names are Resend's where it has one. */
final class WebhookViews {
    private WebhookViews() {}

    /** The {@code signingSecret} and {@code replayNext} are there once, when it was made. Values of headers may be secrets, and are not. */
    record EndpointView(
            String object,
            String id,
            Instant createdAt,
            String status,
            String reason,
            String endpoint,
            List<String> events,
            List<String> streams,
            String format,
            List<String> headers,
            String description,
            boolean managed,
            int waiting,
            int failures,
            @Nullable Instant failingSince,
            @Nullable Instant succeededAt,
            @Nullable Instant restsUntil,
            List<String> publicKeys,
            @Nullable String signingSecret,
            @Nullable String replayNext) {
        static EndpointView of(WebhookEndpoint e, int waiting, @Nullable String secret, @Nullable String replayNext) {
            State s = e.state();
            return new EndpointView(
                    "webhook",
                    e.id(),
                    e.createdAt(),
                    s.enabled() ? "enabled" : "disabled",
                    s.reason(),
                    e.options().url(),
                    e.options().types().stream()
                            .sorted()
                            .map((EventType t) -> EventWords.of(t))
                            .toList(),
                    e.options().streams().stream().sorted().toList(),
                    e.options().format().name().toLowerCase(Locale.ROOT),
                    List.copyOf(e.options().headers().keySet()),
                    e.options().description(),
                    e.named(),
                    waiting,
                    s.failures(),
                    s.failingSince(),
                    s.succeededAt(),
                    s.restsUntil(),
                    e.publicKeys(),
                    secret,
                    replayNext);
        }
    }

    /** {@code next} is the {@code after} of the next page; null at the end. */
    record Listed<T>(
            String object, boolean hasMore, @Nullable String next, List<T> data) {}

    /** {@code attempts} are there for one delivery alone. */
    record DeliveryView(
            String object,
            long eventId,
            String type,
            String status,
            Instant createdAt,
            Instant changedAt,
            int attemptCount,
            @Nullable Instant nextAttemptAt,
            @Nullable List<AttemptView> attempts) {
        static DeliveryView of(Delivery d, @Nullable List<Attempt> attempts) {
            return new DeliveryView(
                    "webhook_delivery",
                    d.event(),
                    EventWords.of(d.type()),
                    d.status().name().toLowerCase(Locale.ROOT),
                    d.createdAt(),
                    d.changedAt(),
                    d.attempts(),
                    d.dueAt(),
                    attempts == null
                            ? null
                            : attempts.stream().map(AttemptView::of).toList());
        }
    }

    /** {@code statusCode} is null when there was no answer. */
    record AttemptView(
            int number, Instant at, @Nullable Integer statusCode, long tookMillis, String result, String excerpt) {
        static AttemptView of(Attempt a) {
            return new AttemptView(
                    a.number(),
                    a.at(),
                    a.status() == 0 ? null : (Integer) a.status(),
                    a.took().toMillis(),
                    a.result(),
                    a.excerpt());
        }
    }

    record Removed(String object, String id, boolean deleted) {}

    record KeySet(List<KeyView> keys) {}

    record KeyView(String kty, String n, String e, String kid, String use, String alg) {}

    /** {@code next} is the {@code after} of the next part; null at the end. */
    record Replayed(
            String object,
            String id,
            int replayed,
            boolean hasMore,
            @Nullable String next) {}
}
