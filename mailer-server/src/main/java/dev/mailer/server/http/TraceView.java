// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.Trace;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A mail's timeline: how it stands, what happened, how many events between are left out, what keeps it back, and which webhooks were told. */
record TraceView(
        String object,
        EmailView.Summary email,
        List<EventView> events,
        long omitted,
        List<HoldView> holds,
        List<ToldView> webhooks,
        EmailView.Hits opens,
        EmailView.Hits clicks) {
    /** What keeps a delivery back. */
    record HoldView(
            long deliveryId, String reason, @Nullable Instant until) {}

    /** How far a webhook was told of an event; {@code statusCode} is null when there was no answer. */
    record ToldView(
            long eventId,
            String webhook,
            String status,
            Instant at,
            int attemptCount,
            @Nullable Integer statusCode,
            @Nullable String result,
            @Nullable Instant nextAttemptAt) {
        static ToldView of(Trace.Told t) {
            return new ToldView(
                    t.event(),
                    t.webhook(),
                    t.state(),
                    t.at(),
                    t.attempts(),
                    t.status() == 0 ? null : (Integer) t.status(),
                    t.result(),
                    t.nextAttemptAt());
        }
    }

    static TraceView of(Trace trace) {
        return new TraceView(
                "trace",
                EmailView.summary(trace.status()),
                trace.events().stream().map(EventView::of).toList(),
                trace.omitted(),
                trace.holds().stream()
                        .map(h -> new HoldView(h.deliveryId(), h.reason(), h.until()))
                        .toList(),
                trace.told().stream().map(ToldView::of).toList(),
                EmailView.Hits.opens(trace.hits()),
                EmailView.Hits.clicks(trace.hits()));
    }
}
