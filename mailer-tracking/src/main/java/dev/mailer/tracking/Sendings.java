// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import java.time.Instant;
import java.util.NavigableSet;
import java.util.TreeSet;

/** When a delivery was sent, as its events tell that are added here in any order. Not thread-safe. */
final class Sendings {
    private final NavigableSet<Instant> times = new TreeSet<>();

    /** Of what may have been sent there is only when that was found. */
    void add(MailEvent event) {
        if (event.type() == EventType.SENT || event.type() == EventType.AMBIGUOUS) {
            times.add(event.at());
        }
    }

    /**
     * The sending that a hit is of: the last one before it; else the first one, which was under way then; else, where none is told yet, one that is
     * under way just then.
     */
    Instant before(Instant hit) {
        Instant before = times.floor(hit);
        Instant after = before == null ? times.ceiling(hit) : before;
        return after == null ? hit : after;
    }
}
