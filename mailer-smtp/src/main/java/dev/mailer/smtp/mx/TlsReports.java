// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.spi.TlsCount;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts how TLS went with each domain on each day (RFC 8460 §4.2, §4.3), for reports: numbers only, of whole days in UTC, kept by
 * this node and gone with it. Thread-safe.
 */
public final class TlsReports {
    /** Days that are kept, today among them. */
    public static final int DAYS = 3;
    /** Most domains and kinds of policies of a day; sessions with others are not counted, which the log says once. */
    public static final int MAX_SUBJECTS = 10_000;

    private record Subject(String domain, TlsDemand.PolicyKind policy) {}

    private static final class Day {
        private final Map<Subject, Map<TlsResult, Long>> counts = new HashMap<>();
        private boolean isFull;
    }

    private static final Logger log = LoggerFactory.getLogger(TlsReports.class);

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
                complain(day);
                return;
            }
            day.counts
                    .computeIfAbsent(subject, s -> new EnumMap<>(TlsResult.class))
                    .merge(result, 1L, Long::sum);
        } finally {
            lock.unlock();
        }
    }

    /** The numbers of the days that are kept, by day, domain and policy. */
    public List<TlsCount> counts() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        lock.lock();
        try {
            days.headMap(today.minusDays(DAYS - 1)).clear();
            List<TlsCount> all = new ArrayList<>();
            days.forEach(
                    (date, day) -> day.counts.forEach((subject, results) -> all.add(count(date, subject, results))));
            all.sort(Comparator.comparing(TlsCount::day)
                    .thenComparing(TlsCount::domain)
                    .thenComparing(TlsCount::policy));
            return all;
        } finally {
            lock.unlock();
        }
    }

    private static void complain(Day day) {
        if (!day.isFull) {
            day.isFull = true;
            log.warn("how TLS went today is counted for {} domains and policies, not for further ones", MAX_SUBJECTS);
        }
    }

    private static TlsCount count(LocalDate date, Subject subject, Map<TlsResult, Long> results) {
        Map<String, Long> failures = new HashMap<>();
        results.forEach((result, sessions) -> failures.put(result.word(), sessions));
        Long successes = failures.remove(TlsResult.SUCCESS.word());
        return new TlsCount(
                date, subject.domain(), subject.policy().word(), successes == null ? 0 : successes, failures);
    }
}
