// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Replayed;
import dev.mailer.api.spi.WebhookStore.Selection;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells an endpoint again what it was told, and then what happened in a time and it was never to be told: a part at a time, so that no call costs more
 * than another. What comes while it goes on is not among it. Thread-safe.
 */
final class Replay {
    /** Deliveries that are looked at in one step. */
    private static final int AT_ONCE = 1_000;
    /** That are a part. */
    static final int STEPS = 10;

    private final WebhookStore store;
    private final EarlierEvents earlier;

    Replay(WebhookStore store, EarlierEvents earlier) {
        this.store = store;
        this.earlier = earlier;
    }

    /** Where the feed, or the log of the endpoint, is gone on with, and where it ends: at a position, or at a time in milliseconds. */
    private record Mark(boolean inFeed, long after, long end) {
        private static final Pattern TEXT = Pattern.compile("(log|feed)-(\\d{1,18})-(\\d{1,18})");

        static Mark read(String text) {
            Matcher matcher = TEXT.matcher(text);
            if (!matcher.matches()) {
                throw new InvalidWebhookException("after", "must be the next of an earlier answer");
            }
            return new Mark(
                    matcher.group(1).equals("feed"),
                    Long.parseLong(matcher.group(2)),
                    Long.parseLong(matcher.group(3)));
        }

        String text() {
            return (inFeed ? "feed-" : "log-") + after + "-" + end;
        }

        @Nullable
        Mark at(@Nullable Long next) {
            return next == null ? null : new Mark(inFeed, next, end);
        }
    }

    /**
     * @param after the {@code next} of the part before; null for the first
     * @throws InvalidWebhookException that is none
     */
    WebhookLog.Replayed part(Known known, Selection what, @Nullable String after, Instant now) {
        Long event = what.event();
        if (event != null) {
            int ended = store.replay(known.id(), what, 0, now, 1).replayed();
            return new WebhookLog.Replayed(ended + earlier.one(known, event, now), null);
        }
        Mark mark = after == null ? new Mark(false, 0, now.toEpochMilli() + 1) : Mark.read(after);
        int all = 0;
        for (int steps = 0; mark != null && steps < STEPS; steps++) {
            Replayed step = mark.inFeed ? ofFeed(known, what, mark, now) : ofLog(known, what, mark, now);
            all += step.replayed();
            boolean last = step.next() == null;
            mark = last && !mark.inFeed ? beginOfFeed(what) : mark.at(step.next());
        }
        return new WebhookLog.Replayed(all, mark == null ? null : mark.text());
    }

    private Replayed ofLog(Known known, Selection what, Mark mark, Instant now) {
        Instant begun = Instant.ofEpochMilli(mark.end);
        Instant until = what.until() == null || begun.isBefore(what.until()) ? begun : what.until();
        return store.replay(
                known.id(), new Selection(null, what.status(), what.since(), until), mark.after, now, AT_ONCE);
    }

    /** Null when the feed is not asked for. */
    private @Nullable Mark beginOfFeed(Selection what) {
        Instant since = what.since();
        if (since == null || what.status() != null) {
            return null;
        }
        long end = earlier.end();
        return new Mark(true, earlier.startOf(since, end), end);
    }

    private Replayed ofFeed(Known known, Selection what, Mark mark, Instant now) {
        Instant since = what.since();
        return since == null
                ? new Replayed(0, null)
                : earlier.page(known, since, what.until(), mark.after, mark.end, now);
    }
}
