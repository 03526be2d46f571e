// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.OutboxStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The node's clock, corrected by its measured distance to the database's, so that all nodes agree on what is due. Thread-safe. */
final class LedgerClock implements InstantSource {
    /** A clock that is further off than this is not corrected but distrusted: nothing is claimed. */
    static final Duration MAX_SKEW = Duration.ofMinutes(10);
    /** A measurement that took longer says too little to replace another one; the first is taken whatever it took. */
    private static final Duration LONGEST_ROUND_TRIP = Duration.ofSeconds(1);

    private final InstantSource node;
    private volatile Duration offset = Duration.ZERO;
    private volatile boolean measured;

    LedgerClock(InstantSource node) {
        this.node = node;
    }

    @Override
    public Instant instant() {
        return node.instant().plus(offset);
    }

    /** Returns the database's time, which is a little in the past by now and depends on no clock of ours. */
    Instant measure(OutboxStore store) {
        Instant before = node.instant();
        Instant database = store.now();
        Instant after = node.instant();
        Duration trip = Duration.between(before, after);
        if (!trip.isNegative() && (!measured || trip.compareTo(LONGEST_ROUND_TRIP) <= 0)) {
            offset = Duration.between(before.plus(trip.dividedBy(2)), database);
            measured = true;
        }
        return database;
    }

    /** False as long as it is not known how far off it is. */
    boolean isTrusted() {
        return measured && offset.abs().compareTo(MAX_SKEW) <= 0;
    }

    Duration offset() {
        return offset;
    }
}
