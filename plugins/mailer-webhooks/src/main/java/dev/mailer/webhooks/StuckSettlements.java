// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Attempt;
import dev.mailer.api.spi.WebhookStore.Settled;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settlements that could not be stored where others could. Each is tried some more times, then it is let go: its claim ends, and the
 * event is told again. For one thread.
 */
final class StuckSettlements {
    private static final int MOST = 1_000;
    private static final int TRIES = 10;
    private static final Logger log = LoggerFactory.getLogger(StuckSettlements.class);

    private final WebhookStore store;
    private final Queue<Stuck> all = new ArrayDeque<>();

    StuckSettlements(WebhookStore store) {
        this.store = store;
    }

    private record Stuck(Settled settled, int failures, Instant next) {}

    /** Stores one by itself, in the worst case without what the receiver answered; false when that fails. */
    boolean store(Settled one) {
        return settle(one) || one.attempt() != null && settle(withoutAnswer(one, one.attempt()));
    }

    private boolean settle(Settled one) {
        try {
            store.settle(List.of(one), List.of());
            return true;
        } catch (RuntimeException e) {
            log.debug("how a delivery ended was not stored", e);
            return false;
        }
    }

    private static Settled withoutAnswer(Settled s, Attempt a) {
        return new Settled(
                s.claim(),
                new Attempt(a.number(), a.at(), a.status(), a.took(), a.result(), ""),
                s.status(),
                s.dueAt());
    }

    void add(Settled one, Instant now) {
        add(one, 1, now);
        if (all.size() > MOST) {
            letGo(all.remove().settled);
        }
    }

    private void add(Settled one, int failures, Instant now) {
        all.add(new Stuck(one, failures, now.plus(Backoff.after(failures))));
    }

    void retry(Instant now) {
        for (int left = all.size(); left > 0; left--) {
            Stuck one = all.remove();
            if (one.next.isAfter(now)) {
                all.add(one);
            } else if (!store(one.settled)) {
                if (one.failures >= TRIES) {
                    letGo(one.settled);
                } else {
                    add(one.settled, one.failures + 1, now);
                }
            }
        }
    }

    private static void letGo(Settled one) {
        log.warn(
                "it cannot be stored how event {} was told to webhook {}; it is told again when its claim has ended",
                one.claim().event(),
                one.claim().endpoint());
    }
}
