// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.MailerConfigException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who gets the next sending slot. Reserved slots are their stream's alone; the others go to the lane that has used the least of
 * its share (start-time fair queuing with a cost of one per mail). Destinations that may keep a slot waiting hold three
 * quarters of them at most, and no transport has more jobs than it does at once. Guarded by the dispatcher's lock.
 */
final class FairShare {
    private final int slots;
    private final int shared;
    /** Most slots for jobs whose destination may keep them waiting. */
    private final int forDoubtful;

    private final OutletShare outlets;
    private int doubtful;
    private final Map<String, StreamShare> streams = new HashMap<>();
    /** The share that the last served lane had used: where a lane that comes back begins, so that idling earns nothing. */
    private double now;

    FairShare(int slots, Map<String, StreamShare> weights) {
        this(slots, weights, new OutletShare(List.of(), slots));
    }

    /** @param weights weight and reserve by stream */
    FairShare(int slots, Map<String, StreamShare> weights, OutletShare outlets) {
        int reserved = weights.values().stream().mapToInt(s -> s.reserved).sum();
        if (reserved >= slots) {
            throw new MailerConfigException(
                    "streams.reserved",
                    "sums up to " + reserved + " of " + slots + " slots; at least one must be left for all");
        }
        this.slots = slots;
        this.shared = slots - reserved;
        this.forDoubtful = Math.max(1, slots - Math.max(1, slots / 4));
        this.streams.putAll(weights);
        this.outlets = outlets;
    }

    int slots() {
        return slots;
    }

    StreamShare stream(String name) {
        return streams.computeIfAbsent(name, n -> new StreamShare(1, 0));
    }

    /** The lane that may start now and should; null when none may. */
    @Nullable
    LaneState next(Collection<LaneState> lanes) {
        int beyond = 0;
        for (StreamShare s : streams.values()) {
            beyond += s.beyondReserve();
        }
        LaneState best = null;
        for (LaneState lane : lanes) {
            boolean may = lane.stream.busy < lane.stream.reserved || beyond < shared;
            if (lane.canStart(doubtfulMay(lane), outlets.full()) && may && (best == null || lane.used < best.used)) {
                best = lane;
            }
        }
        return best;
    }

    /** What the lane starts, which {@link #next} has named. */
    Job take(LaneState lane) {
        return lane.take(slots, doubtfulMay(lane), outlets.full());
    }

    /** True when another job of the lane may start whose destination may keep it waiting; a stream does with its reserve what it likes. */
    private boolean doubtfulMay(LaneState lane) {
        return doubtful < forDoubtful || lane.stream.busy < lane.stream.reserved;
    }

    void started(Job job) {
        LaneState lane = job.lane();
        double cost = (double) job.claims().size() / lane.stream.weight;
        doubtful += job.isDoubtful() ? 1 : 0;
        lane.stream.busy++;
        outlets.started(job.route().outlet());
        lane.used = Math.max(lane.used, now);
        now = lane.used;
        lane.used += cost;
    }

    /** Its slot is free for another. */
    void finished(Job job) {
        doubtful -= job.isDoubtful() ? 1 : 0;
        job.lane().stream.busy--;
        outlets.finished(job.route().outlet());
    }
}
