// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.smtp.mx.MxSite;
import dev.mailer.smtp.mx.Shaping;
import dev.mailer.smtp.mx.TlsDemand;
import dev.mailer.smtp.mx.TlsaRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The connections to all sites. Domains share a pool when they have the same hosts and want the same of them, so that no mail goes over a
 * connection that its domain did not ask for; all pools of a provider share one limit. Thread-safe.
 */
final class MxPools {
    /** What a connection must be good for. */
    private record Key(String site, List<Host> hosts) {}

    private record Host(String name, TlsDemand.Kind kind, List<TlsaRecord> associations, Set<String> names) {
        static Host of(MxWay way) {
            return new Host(
                    way.host().name(),
                    way.demand().kind(),
                    way.demand().associations(),
                    way.demand().names());
        }
    }

    private record Entry(MxOpener opener, ConnectionPool pool) {}

    /** Pools and limits beyond this are looked through for those that nobody uses. */
    private static final int SWEEP_AT = 500;
    /** A site that is busy must not hold threads that others need. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final SmtpSettings settings;
    private final Watchdog watchdog;
    private final Shaping shaping;
    private final MxTrust trust;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<Key, Entry> pools = new HashMap<>();

    @GuardedBy("lock")
    private final Map<String, Turnstile> limits = new HashMap<>();

    @GuardedBy("lock")
    private boolean closed;

    MxPools(SmtpSettings settings, Watchdog watchdog, Shaping shaping, MxTrust trust) {
        this.settings = settings;
        this.watchdog = watchdog;
        this.shaping = shaping;
        this.trust = trust;
    }

    /** The pool for these hosts, which connects to the addresses that they have now. */
    ConnectionPool of(MxSite site, List<MxWay> ways) {
        Key key = new Key(
                site.name(),
                ways.stream()
                        .map(Host::of)
                        .sorted(Comparator.comparing(Host::name))
                        .toList());
        List<ConnectionPool> unused = List.of();
        Entry entry;
        lock.lock();
        try {
            entry = pools.get(key);
            if (entry == null) {
                unused = sweep();
                entry = create(site, ways);
                pools.put(key, entry);
            }
            if (closed) {
                unused = List.of(entry.pool());
            }
        } finally {
            lock.unlock();
        }
        unused.forEach(ConnectionPool::close);
        entry.opener().through(ways);
        return entry.pool();
    }

    int active() {
        return all().stream().mapToInt(e -> e.pool().lent()).sum();
    }

    long idle() {
        return all().stream().mapToLong(e -> e.pool().idle()).sum();
    }

    void close() {
        List<Entry> open;
        lock.lock();
        try {
            closed = true;
            open = new ArrayList<>(pools.values());
        } finally {
            lock.unlock();
        }
        open.forEach(e -> e.pool().close());
    }

    @GuardedBy("lock")
    private Entry create(MxSite site, List<MxWay> ways) {
        MxOpener opener = new MxOpener(settings, site.limits(), watchdog, trust, ways);
        int most = Math.min(settings.pool().connections(), site.limits().connections());
        Turnstile turnstile = limits.computeIfAbsent(
                site.group(),
                group -> new Turnstile(
                        () -> Math.min(most, shaping.of(site.name()).connections())));
        PoolLimits bounds =
                new PoolLimits(most, settings.pool().messages(), settings.pool().idle(), PATIENCE);
        return new Entry(opener, new ConnectionPool(opener, watchdog, bounds, turnstile));
    }

    /** Takes out what nobody uses, when there is much. */
    @GuardedBy("lock")
    private List<ConnectionPool> sweep() {
        if (pools.size() < SWEEP_AT) {
            return List.of();
        }
        List<ConnectionPool> unused = new ArrayList<>();
        pools.values().removeIf(e -> e.pool().isUnused() && unused.add(e.pool()));
        limits.values().removeIf(t -> t.inside() == 0);
        return unused;
    }

    private List<Entry> all() {
        lock.lock();
        try {
            return List.copyOf(pools.values());
        } finally {
            lock.unlock();
        }
    }
}
