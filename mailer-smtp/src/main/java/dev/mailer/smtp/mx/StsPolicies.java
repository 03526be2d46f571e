// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MTA-STS policies of domains, fetched when their record tells of a new one, kept as long as they want, and renewed before.
 * A policy that is kept holds when the record is gone or a new one cannot be fetched: an attacker could see to both
 * (RFC 8461 §10.2). Thread-safe; of threads that want the same policy one fetches it.
 */
public final class StsPolicies {
    /** Domains whose policy is kept; the one that has not been mailed for the longest goes first. */
    public static final int MAX_DOMAINS = 10_000;
    /** A policy that is kept is fetched again after this, or half its life. */
    public static final Duration RENEW_AFTER = Duration.ofDays(1);
    /** After a failure a policy is not fetched again for this long (RFC 8461 §3.3). */
    public static final Duration PAUSE = Duration.ofMinutes(5);

    private static final Logger log = LoggerFactory.getLogger(StsPolicies.class);

    private record Kept(StsPolicy policy, String id, Instant fetched, Instant until) {}

    private record Failed(String id, TlsResult problem, Instant retryAt) {}

    private final Dns dns;
    private final PolicyFetch fetch;
    private final InstantSource clock;
    private final ConcurrentMap<String, CompletableFuture<StsDecision>> underway = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<String, Kept> kept = new Bounded<>();

    @GuardedBy("lock")
    private final Map<String, Failed> failed = new Bounded<>();

    public StsPolicies(Dns dns, PolicyFetch fetch, InstantSource clock) {
        this.dns = dns;
        this.fetch = fetch;
        this.clock = clock;
    }

    /** What holds for the domain, which is that of the recipients; an address literal has no policy. */
    public StsDecision of(String domain, Deadline deadline) {
        if (domain.startsWith("[")) {
            return StsDecision.NONE;
        }
        Kept known = current(domain);
        String id = StsRecord.id(dns.txt("_mta-sts." + domain, deadline).records());
        if (id == null || isFresh(known, id)) {
            return decision(known, null);
        }
        Failed last = lastFailure(domain);
        if (last != null && last.id().equals(id) && clock.instant().isBefore(last.retryAt())) {
            return decision(known, last.problem());
        }
        return fetchOnce(domain, id, known, deadline);
    }

    private StsDecision fetchOnce(String domain, String id, @Nullable Kept known, Deadline deadline) {
        CompletableFuture<StsDecision> mine = new CompletableFuture<>();
        CompletableFuture<StsDecision> other = underway.putIfAbsent(domain, mine);
        if (other != null) {
            return await(other, known, deadline);
        }
        try {
            Kept now = current(domain);
            // another thread may have been through between our look and our turn
            StsDecision decision = isFresh(now, id) ? decision(now, null) : fetch(domain, id, known, deadline);
            mine.complete(decision);
            return decision;
        } finally {
            underway.remove(domain);
            // whoever waits is not left behind by an error
            mine.complete(decision(known, TlsResult.STS_POLICY_FETCH_ERROR));
        }
    }

    private static StsDecision await(CompletableFuture<StsDecision> other, @Nullable Kept known, Deadline deadline) {
        try {
            return other.get(deadline.millis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // as if it had been fetched in vain
        }
        return decision(known, TlsResult.STS_POLICY_FETCH_ERROR);
    }

    private StsDecision fetch(String domain, String id, @Nullable Kept known, Deadline deadline) {
        try {
            StsPolicy policy = parse(fetch.fetch(domain, deadline));
            keep(domain, id, policy);
            return new StsDecision(policy, null);
        } catch (PolicyException e) {
            log.debug("{}: no MTA-STS policy: {}", domain, e.getMessage());
            lock.lock();
            try {
                failed.put(domain, new Failed(id, e.result(), clock.instant().plus(PAUSE)));
            } finally {
                lock.unlock();
            }
            return decision(known, e.result());
        }
    }

    private static StsPolicy parse(String text) throws PolicyException {
        try {
            return StsPolicy.parse(text);
        } catch (IllegalArgumentException e) {
            throw new PolicyException(TlsResult.STS_POLICY_INVALID, "the policy cannot be read: " + e.getMessage(), e);
        }
    }

    private void keep(String domain, String id, StsPolicy policy) {
        Instant now = clock.instant();
        lock.lock();
        try {
            kept.put(domain, new Kept(policy, id, now, now.plus(policy.maxAge())));
            failed.remove(domain);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Kept current(String domain) {
        lock.lock();
        try {
            Kept known = kept.get(domain);
            if (known != null && !clock.instant().isBefore(known.until())) {
                kept.remove(domain);
                return null;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Failed lastFailure(String domain) {
        lock.lock();
        try {
            return failed.get(domain);
        } finally {
            lock.unlock();
        }
    }

    private boolean isFresh(@Nullable Kept known, String id) {
        return known != null && known.id().equals(id) && !isDue(known);
    }

    private boolean isDue(Kept known) {
        Duration half = Duration.between(known.fetched(), known.until()).dividedBy(2);
        Duration after = half.compareTo(RENEW_AFTER) < 0 ? half : RENEW_AFTER;
        return !clock.instant().isBefore(known.fetched().plus(after));
    }

    private static StsDecision decision(@Nullable Kept known, @Nullable TlsResult problem) {
        return known == null && problem == null
                ? StsDecision.NONE
                : new StsDecision(known == null ? null : known.policy(), problem);
    }

    private static final class Bounded<V> extends LinkedHashMap<String, V> {
        private static final long serialVersionUID = 1L;

        Bounded() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > MAX_DOMAINS;
        }
    }
}
