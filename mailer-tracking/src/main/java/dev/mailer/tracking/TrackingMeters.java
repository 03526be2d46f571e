// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.spi.PluginContext;
import dev.mailer.tracking.internal.verdict.Hit;
import dev.mailer.tracking.internal.verdict.Verdict;
import java.util.Locale;
import java.util.Map;

/** What tracking counts; no tag has an address. Thread-safe. */
final class TrackingMeters {
    /** Why something that came was not stored. */
    enum Dropped {
        /** So many wait to be stored already. */
        OVERLOAD,
        /** The store did not take it. */
        UNAVAILABLE,
        /** The mail is no longer in the ledger. */
        UNKNOWN,
        /** So many came from the same mail within minutes. */
        FLOOD
    }

    /** Why it was not looked up when the mail of a click was sent. */
    enum Unchecked {
        /** So many wait already. */
        OVERLOAD,
        /** The store could not be read. */
        UNAVAILABLE
    }

    private final PluginContext context;

    TrackingMeters(PluginContext context) {
        this.context = context;
    }

    void hit(Hit.Kind kind, Verdict.Kind verdict) {
        context.count(
                "mailer.tracking.hits",
                Map.of("kind", kind.name().toLowerCase(Locale.ROOT), "verdict", verdict.word()));
    }

    void dropped(Dropped reason) {
        context.count("mailer.tracking.dropped", Map.of("reason", reason.name().toLowerCase(Locale.ROOT)));
    }

    void unchecked(Unchecked reason) {
        context.count(
                "mailer.tracking.unchecked", Map.of("reason", reason.name().toLowerCase(Locale.ROOT)));
    }

    void untracked(String reason) {
        context.count("mailer.tracking.untracked", Map.of("reason", reason));
    }
}
