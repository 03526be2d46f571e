// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.smtp.mx.MxSite;
import dev.mailer.smtp.mx.Shaping;
import dev.mailer.smtp.mx.TlsDemand;
import dev.mailer.smtp.mx.TlsResult;
import dev.mailer.smtp.mx.TlsaRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The connections to all sites. Domains share a pool when they have the same hosts and want the same of them, so that no mail goes over a
 * connection that its domain did not ask for; all pools of a provider share one limit. Thread-safe.
 */
final class MxPools {
    /** What a connection must be good for. */
    private record Key(String site, List<Host> hosts) {}

    private record Host(String name, TlsDemand.Kind kind, Set<TlsaRecord> associations, Set<String> names) {
        static Host of(MxWay way) {
            TlsDemand demand = way.demand();
            return new Host(way.host().name(), demand.kind(), Set.copyOf(demand.associations()), demand.names());
        }
    }

    /** What is done over a pool, with the source of its sessions. */
    interface Work {
        void with(ConnectionPool pool, SessionSource source);
    }

    /** A pool, and who uses it at this moment. */
    private static final class Entry {
        final SmtpSettings settings;
        final MxTrust.Kept trust;
        final ConnectionPool pool;
        final Turnstile ofSite;
        final Turnstile ofGroup;
        int users;

        Entry(SmtpSettings settings, MxTrust.Kept trust, ConnectionPool pool, Turnstile ofSite, Turnstile ofGroup) {
            this.settings = settings;
            this.trust = trust;
            this.pool = pool;
            this.ofSite = ofSite;
            this.ofGroup = ofGroup;
        }
    }

    /** Beyond so many pools those are ended that nobody uses. */
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
    private final Map<String, Turnstile> groups = new HashMap<>();

    @GuardedBy("lock")
    private final Map<String, Turnstile> sites = new HashMap<>();

    @GuardedBy("lock")
    private boolean closed;

    MxPools(SmtpSettings settings, Watchdog watchdog, Shaping shaping, MxTrust trust) {
        this.settings = settings;
        this.watchdog = watchdog;
        this.shaping = shaping;
        this.trust = trust;
    }

    /**
     * Does this with the pool for these hosts, which connects to the addresses that they have now.
     *
     * @param counts is told how TLS went with each connection that is opened
     */
    void with(MxSite site, List<MxWay> ways, BiConsumer<TlsDemand.PolicyKind, TlsResult> counts, Work work) {
        Entry entry = enter(site, ways);
        try {
            work.with(entry.pool, new MxOpener(entry.settings, entry.trust, watchdog, ways, counts));
        } finally {
            lock.lock();
            try {
                entry.users--;
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * The connections to one site.
     *
     * @param lent that are in use
     * @param resting that are open between mails
     * @param most that are allowed now
     */
    record Load(int lent, int resting, int most) {
        static final Load NONE = new Load(0, 0, 0);
    }

    /** By site, those that have connections. */
    Map<String, Load> loads() {
        Map<String, Load> loads = new HashMap<>();
        lock.lock();
        try {
            sites.forEach((name, turnstile) -> {
                int resting = resting(e -> e.ofSite == turnstile);
                if (turnstile.inside() + resting > 0) {
                    loads.put(name, new Load(turnstile.inside(), resting, turnstile.most()));
                }
            });
        } finally {
            lock.unlock();
        }
        return loads;
    }

    @GuardedBy("lock")
    private int resting(Predicate<Entry> which) {
        return (int) pools.values().stream()
                .filter(which)
                .mapToLong(e -> e.pool.idle())
                .sum();
    }

    int active() {
        return all().stream().mapToInt(ConnectionPool::lent).sum();
    }

    long idle() {
        return all().stream().mapToLong(ConnectionPool::idle).sum();
    }

    /** Says goodbye on all connections together, so that it takes no longer than with one. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        SmtpConnection.quit(all().stream().flatMap(pool -> pool.end().stream()).toList());
    }

    private Entry enter(MxSite site, List<MxWay> ways) {
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
            entry.users++;
            if (closed) {
                unused = List.of(entry.pool);
            }
        } finally {
            lock.unlock();
        }
        unused.forEach(ConnectionPool::close);
        return entry;
    }

    @GuardedBy("lock")
    private Entry create(MxSite site, List<MxWay> ways) {
        int most = Math.min(settings.pool().connections(), site.limits().connections());
        Turnstile ofGroup = groups.computeIfAbsent(site.group(), group -> new Turnstile(() -> most));
        Turnstile ofSite = sites.computeIfAbsent(
                site.name(),
                name -> new Turnstile(() -> Math.min(most, shaping.of(name).connections()), ofGroup));
        PoolLimits bounds =
                new PoolLimits(most, settings.pool().messages(), settings.pool().idle(), PATIENCE);
        ConnectionPool pool = new ConnectionPool(watchdog, bounds, ofSite);
        return new Entry(settings.within(site.limits()), trust.keep(ways), pool, ofSite, ofGroup);
    }

    /** Takes out what nobody uses, when there is much; limits stay as long as a pool has them. */
    @GuardedBy("lock")
    private List<ConnectionPool> sweep() {
        if (pools.size() < SWEEP_AT) {
            return List.of();
        }
        List<ConnectionPool> unused = new ArrayList<>();
        pools.values().removeIf(e -> e.users == 0 && e.pool.isUnused() && unused.add(e.pool));
        sites.values().retainAll(pools.values().stream().map(e -> e.ofSite).collect(Collectors.toSet()));
        groups.values().retainAll(pools.values().stream().map(e -> e.ofGroup).collect(Collectors.toSet()));
        return unused;
    }

    private List<ConnectionPool> all() {
        lock.lock();
        try {
            return pools.values().stream().map(e -> e.pool).toList();
        } finally {
            lock.unlock();
        }
    }
}
