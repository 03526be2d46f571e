// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.internal.verdict;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What came from the deliveries that something came from lately, as this node saw it: bounded in deliveries, in hits of each, in bytes and in
 * age, the oldest go first. Of a hit there is only what later findings need. Not thread-safe.
 */
final class RecentHits {
    /** Most deliveries. */
    static final int DELIVERIES = 10_000;
    /** Most hits of one delivery within {@link #KEPT}; what comes beyond is no use to anybody. */
    static final int HITS = 100;
    /** Most bytes of all, about. */
    static final long BYTES = 16L << 20;
    /** How far back a later finding reaches. */
    static final Duration KEPT = Duration.ofMinutes(10);

    /** Of a delivery, and of a hit without its id, with what collections need. */
    private static final int OVERHEAD = 160;

    /** The one that nothing came from for longest is first. */
    private final Map<Long, Recent> recent = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;

    /** One that is remembered, and what was said of it. */
    record Judged(String id, Hit.Kind kind, int link, Instant at, Verdict verdict) {
        long bytes() {
            return (long) OVERHEAD + id.length();
        }
    }

    private static final class Recent {
        final Deque<Judged> hits = new ArrayDeque<>();
        /** When the newest came. */
        Instant last = Instant.MIN;

        @Nullable
        Instant trapped;
    }

    /** Forgets what is too old; true when there is room for another of this delivery. */
    boolean hasRoom(Hit hit) {
        Instant oldest = hit.at().minus(KEPT);
        Recent r = of(hit);
        while (!r.hits.isEmpty() && r.hits.getFirst().at().isBefore(oldest)) {
            bytes -= r.hits.removeFirst().bytes();
        }
        Iterator<Recent> eldest = recent.values().iterator();
        for (Recent first = eldest.next(); first != r && first.last.isBefore(oldest); first = eldest.next()) {
            forget(first, eldest);
        }
        return r.hits.size() < HITS;
    }

    void add(Hit hit, Verdict verdict) {
        Recent r = of(hit);
        Judged judged = new Judged(hit.id(), hit.kind(), hit.link(), hit.at(), verdict);
        r.hits.addLast(judged);
        r.last = hit.at();
        bytes += judged.bytes();
        Iterator<Recent> eldest = recent.values().iterator();
        for (Recent first = eldest.next(); first != r && isFull(); first = eldest.next()) {
            forget(first, eldest);
        }
    }

    /** About what is remembered, in bytes. */
    long bytes() {
        return bytes;
    }

    /** How many deliveries something is remembered of. */
    int deliveries() {
        return recent.size();
    }

    private boolean isFull() {
        return recent.size() > DELIVERIES || bytes > BYTES;
    }

    private void forget(Recent r, Iterator<Recent> at) {
        r.hits.forEach(j -> bytes -= j.bytes());
        bytes -= OVERHEAD;
        at.remove();
    }

    void trap(Hit hit) {
        of(hit).trapped = hit.at();
    }

    /** True when the trap of the same delivery was walked into within {@link #KEPT} before. */
    boolean isTrapped(Hit hit) {
        Instant trapped = of(hit).trapped;
        return trapped != null && !trapped.isBefore(hit.at().minus(KEPT));
    }

    /** How many different links of the delivery were followed within a time before this click, this one among them. */
    int links(Hit click, Duration within) {
        Instant since = click.at().minus(within);
        Set<Integer> others = new HashSet<>();
        for (Judged j : of(click).hits) {
            if (j.link() != click.link() && isClick(j, since)) {
                others.add(j.link());
            }
        }
        return others.size() + 1;
    }

    /** The clicks of the same delivery within a time before. */
    List<Judged> clicks(Hit hit, Duration within) {
        Instant since = hit.at().minus(within);
        return of(hit).hits.stream().filter(j -> isClick(j, since)).toList();
    }

    private static boolean isClick(Judged judged, Instant since) {
        return judged.kind() == Hit.Kind.CLICK && !judged.at().isBefore(since);
    }

    /** Puts a later verdict about a hit of the same delivery in place of the one that was given. */
    void judgeAgain(Hit hit, Judged former, Verdict verdict) {
        Deque<Judged> hits = of(hit).hits;
        List<Judged> all = List.copyOf(hits);
        hits.clear();
        for (Judged j : all) {
            boolean same = j.id().equals(former.id());
            hits.addLast(same ? new Judged(j.id(), j.kind(), j.link(), j.at(), verdict) : j);
        }
    }

    private Recent of(Hit hit) {
        Recent known = recent.get(hit.deliveryId());
        if (known != null) {
            return known;
        }
        Recent added = new Recent();
        recent.put(hit.deliveryId(), added);
        bytes += OVERHEAD;
        return added;
    }
}
