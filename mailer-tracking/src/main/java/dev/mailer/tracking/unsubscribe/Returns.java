// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often recipients came back lately, as this node saw it. Each time is stored for good, and whoever has a link can unsubscribe and come back as
 * often as a program can ask. Remembers a bounded number of recipients. Thread-safe.
 */
final class Returns {
    /** How often a recipient may come back … */
    static final int MOST = 20;
    /** … within this time. */
    static final Duration WITHIN = Duration.ofHours(1);

    private static final int RECIPIENTS = 10_000;

    private final Map<Recipient, Lately> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Recipient, Lately> eldest) {
            return size() > RECIPIENTS;
        }
    };

    private record Recipient(String tenant, String address) {}

    private record Lately(Instant since, int times) {}

    /** A recipient has come back too often. */
    static final class TooManyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyException() {
            super("a recipient came back " + MOST + " times within " + WITHIN, null, false, false);
        }
    }

    /** @throws TooManyException often enough */
    synchronized void require(UnsubscribeToken token, Instant now) {
        Lately lately = known.get(of(token));
        if (lately != null && lately.times >= MOST && !isOver(lately, now)) {
            throw new TooManyException();
        }
    }

    synchronized void add(UnsubscribeToken token, Instant now) {
        known.merge(
                of(token),
                new Lately(now, 1),
                (before, one) -> isOver(before, now) ? one : new Lately(before.since, before.times + 1));
    }

    private static boolean isOver(Lately lately, Instant now) {
        return !now.isBefore(lately.since.plus(WITHIN));
    }

    private static Recipient of(UnsubscribeToken token) {
        return new Recipient(token.tenant(), token.address());
    }
}
