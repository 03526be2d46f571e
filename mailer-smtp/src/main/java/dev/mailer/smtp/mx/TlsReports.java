// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts how TLS went with each domain on each day (RFC 8460 §4.2, §4.3), for reports: numbers only, of whole days in UTC, kept by
 * this node and gone with it. Thread-safe.
 */
public final class TlsReports {
    /** Days that are kept, today among them. */
    public static final int DAYS = 3;
    /** Most domains and kinds of policies of a day; sessions with others are only counted as such. */
    public static final int MAX_SUBJECTS = 10_000;

    /**
     * What came of a day's sessions with a domain under one kind of policy.
     *
     * @param failures by what failed; what did not occur is left out
     */
    public record Count(
            LocalDate day, String domain, TlsDemand.PolicyKind policy, long successes, Map<TlsResult, Long> failures) {
        public Count {
            failures = Map.copyOf(failures);
        }
    }

    private record Subject(String domain, TlsDemand.PolicyKind policy) {}

    private static final class Day {
        private final Map<Subject, Map<TlsResult, Long>> counts = new HashMap<>();
        private long uncounted;
    }

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final TreeMap<LocalDate, Day> days = new TreeMap<>();

    public TlsReports(InstantSource clock) {
        this.clock = clock;
    }

    /** One session, or one that came to nothing. */
    public void count(String domain, TlsDemand.PolicyKind policy, TlsResult result) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        lock.lock();
        try {
            Day day = days.computeIfAbsent(today, d -> new Day());
            days.headMap(today.minusDays(DAYS - 1)).clear();
            Subject subject = new Subject(domain, policy);
            if (!day.counts.containsKey(subject) && day.counts.size() >= MAX_SUBJECTS) {
                day.uncounted++;
                return;
            }
            day.counts
                    .computeIfAbsent(subject, s -> new EnumMap<>(TlsResult.class))
                    .merge(result, 1L, Long::sum);
        } finally {
            lock.unlock();
        }
    }

    /** The numbers of a day by domain; none of a day that is not kept. */
    public List<Count> of(LocalDate date) {
        lock.lock();
        try {
            Day day = days.get(date);
            if (day == null) {
                return List.of();
            }
            return day.counts.entrySet().stream()
                    .map(e -> count(date, e.getKey(), e.getValue()))
                    .sorted(Comparator.comparing(Count::domain).thenComparing(Count::policy))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** Sessions of a day with domains for which there was no room. */
    public long uncounted(LocalDate date) {
        lock.lock();
        try {
            Day day = days.get(date);
            return day == null ? 0 : day.uncounted;
        } finally {
            lock.unlock();
        }
    }

    private static Count count(LocalDate date, Subject subject, Map<TlsResult, Long> results) {
        Map<TlsResult, Long> failures = new HashMap<>(results);
        Long successes = failures.remove(TlsResult.SUCCESS);
        return new Count(date, subject.domain(), subject.policy(), successes == null ? 0 : successes, failures);
    }
}
