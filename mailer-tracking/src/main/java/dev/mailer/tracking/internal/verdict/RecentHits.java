// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.internal.verdict;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What came from the deliveries that something came from lately, as this node saw it: bounded in deliveries and in hits of each,
 * the oldest go first. Not thread-safe.
 */
final class RecentHits {
    /** Most deliveries. */
    static final int DELIVERIES = 10_000;
    /** Most hits of one delivery within {@link #KEPT}; what comes beyond is no use to anybody. */
    static final int HITS = 100;
    /** How far back a later finding reaches. */
    static final Duration KEPT = Duration.ofMinutes(10);

    private final Map<Long, Recent> recent = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Recent> eldest) {
            return size() > DELIVERIES;
        }
    };

    /** One that is remembered, and what was said of it. */
    record Judged(Hit hit, Verdict verdict) {}

    private static final class Recent {
        final Deque<Judged> hits = new ArrayDeque<>();

        @Nullable
        Instant trapped;
    }

    /** Forgets what is too old; true when there is room for another of this delivery. */
    boolean hasRoom(Hit hit) {
        Recent r = of(hit);
        while (!r.hits.isEmpty()
                && r.hits.peekFirst().hit().at().isBefore(hit.at().minus(KEPT))) {
            r.hits.removeFirst();
        }
        return r.hits.size() < HITS;
    }

    void add(Hit hit, Verdict verdict) {
        of(hit).hits.addLast(new Judged(hit, verdict));
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
        Set<Integer> links = new HashSet<>(Set.of(click.link()));
        for (Judged j : clicks(click, within)) {
            links.add(j.hit().link());
        }
        return links.size();
    }

    /** The clicks of the same delivery within a time before. */
    List<Judged> clicks(Hit hit, Duration within) {
        Instant since = hit.at().minus(within);
        return of(hit).hits.stream()
                .filter(j -> j.hit().kind() == Hit.Kind.CLICK && !j.hit().at().isBefore(since))
                .toList();
    }

    /** Puts a later verdict in place of the one that was given. */
    void judgeAgain(Judged former, Verdict verdict) {
        Deque<Judged> hits = of(former.hit()).hits;
        List<Judged> all = List.copyOf(hits);
        hits.clear();
        for (Judged j : all) {
            hits.addLast(j.hit().id().equals(former.hit().id()) ? new Judged(j.hit(), verdict) : j);
        }
    }

    private Recent of(Hit hit) {
        return recent.computeIfAbsent(hit.deliveryId(), id -> new Recent());
    }
}
