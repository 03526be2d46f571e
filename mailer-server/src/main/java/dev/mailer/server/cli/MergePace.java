// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When the next batch of a merge may go. Time that was lost, to a server that was away, is not made up for. Not thread-safe. */
final class MergePace {
    private final @Nullable Integer rate;
    private Instant next;

    /** @param rate most mails a second; null for as many as the server takes */
    MergePace(@Nullable Integer rate, Instant start) {
        this.rate = rate;
        this.next = start;
    }

    Instant next() {
        return next;
    }

    void goes(int mails, Instant now) {
        if (rate != null) {
            Instant from = now.isAfter(next) ? now : next;
            next = from.plus(Duration.ofSeconds(mails).dividedBy(rate));
        }
    }
}
