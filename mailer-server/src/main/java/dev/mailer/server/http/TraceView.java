// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.Trace;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A mail's timeline: how it stands, all that happened, and what keeps it back. */
record TraceView(String object, EmailView.Summary email, List<EventView> events, List<HoldView> holds) {
    /** What keeps a delivery back. */
    record HoldView(
            long deliveryId, String reason, @Nullable Instant until) {}

    static TraceView of(Trace trace) {
        return new TraceView(
                "trace",
                EmailView.summary(trace.status()),
                trace.events().stream().map(EventView::of).toList(),
                trace.holds().stream()
                        .map(h -> new HoldView(h.deliveryId(), h.reason(), h.until()))
                        .toList());
    }
}
