// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.spi.EventFilter;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.EventStore.Positioned;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds a time in the feed by halves. Events come into it about in the order in which they happened; single ones that came late do not mislead,
 * because each look is at the middle one of several.
 */
final class FeedSearch {
    private static final int SAMPLE = 21;

    private final EventStore events;

    FeedSearch(EventStore events) {
        this.events = events;
    }

    /** A position before which, but for those that came late, all is older than an instant. */
    long positionBefore(Instant at) {
        long older = 0;
        long newer = events.lastPosition();
        while (newer - older > SAMPLE) {
            long middle = older + (newer - older) / 2;
            Instant there = timeBehind(middle);
            if (there != null && there.isBefore(at)) {
                older = middle;
            } else {
                newer = middle;
            }
        }
        return older;
    }

    /** Null where there is nothing. */
    private @Nullable Instant timeBehind(long position) {
        List<Positioned> sample = events.read(EventFilter.ALL, position, SAMPLE).events();
        return sample.isEmpty()
                ? null
                : sample.stream().map(e -> e.event().at()).sorted().toList().get(sample.size() / 2);
    }
}
