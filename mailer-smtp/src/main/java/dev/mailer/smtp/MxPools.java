// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.smtp.mx.MxSite;
import dev.mailer.smtp.mx.Shaping;
import dev.mailer.smtp.mx.TlsDemand;
import dev.mailer.smtp.mx.TlsResult;
import dev.mailer.smtp.mx.TlsaRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * The connections to all sites. Domains share a pool when they have the same hosts and want the same of them, so that no mail goes over a
 * connection that its domain did not ask for; all pools of a provider share one limit. Thread-safe.
 */
final class MxPools {
    /** What a connection must be good for. */
    private record Key(String site, List<Host> hosts) {}

    private record Host(
            String name, String serverName, TlsDemand.Kind kind, Set<TlsaRecord> associations, Set<String> names) {
        static Host of(MxWay way) {
            TlsDemand demand = way.demand();
            return new Host(
                    way.host().name(),
                    demand.serverName(way.host()),
                    demand.kind(),
                    Set.copyOf(demand.associations()),
                    demand.names());
        }
    }

    /** What the sites of a provider share. */
    private record Group(Turnstile turnstile, Pace pace) {}

    /** What the pools of a site share. */
    private record Gate(String site, Turnstile turnstile, Group group) {}

    /** What is done over a pool, with the source of its sessions. */
    interface Work {
        void with(ConnectionPool pool, SessionSource source, Pace pace);
    }

    /** A pool, and who uses it at this moment. */
    private static final class Entry {
        final SmtpSettings settings;
        final MxTrust.Kept trust;
        final ConnectionPool pool;
        final Gate gate;
        int users;

        Entry(SmtpSettings settings, MxTrust.Kept trust, ConnectionPool pool, Gate gate) {
            this.settings = settings;
            this.trust = trust;
            this.pool = pool;
            this.gate = gate;
        }
    }

    /** Beyond so many pools those are ended that nobody uses. */
    private static final int SWEEP_AT = 500;
    /** A site that is busy must not hold threads that others need. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final SmtpSettings settings;
    private final Watchdog watchdog;
    private final InstantSource clock;
    private final Shaping shaping;
    private final MxTrust trust;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<Key, Entry> pools = new HashMap<>();

    @GuardedBy("lock")
    private final Map<String, Group> groups = new HashMap<>();

    @GuardedBy("lock")
    private final Map<String, Gate> sites = new HashMap<>();

    /** The pools that come through a turnstile, so that one connection does not look at those of all sites. */
    @GuardedBy("lock")
    private final Map<Turnstile, List<ConnectionPool>> sharing = new HashMap<>();

    /** At how many pools those are ended next that nobody uses. */
    @GuardedBy("lock")
    private int sweepAt = SWEEP_AT;

    @GuardedBy("lock")
    private boolean closed;

    MxPools(SmtpSettings settings, Watchdog watchdog, InstantSource clock, Shaping shaping, MxTrust trust) {
        this.settings = settings;
        this.watchdog = watchdog;
        this.clock = clock;
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
            MxOpener source = new MxOpener(entry.settings, entry.trust, watchdog, ways, new Around(entry.gate, counts));
            work.with(entry.pool, source, entry.gate.group().pace());
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

    /** By site, those that had connections not long ago. */
    Map<String, Load> loads() {
        Map<String, Load> loads = new HashMap<>();
        lock.lock();
        try {
            sites.forEach((name, gate) -> loads.put(
                    name,
                    new Load(gate.turnstile().inside(), 0, gate.turnstile().most())));
            pools.values()
                    .forEach(e -> loads.computeIfPresent(
                            e.gate.site(),
                            (site, load) -> new Load(load.lent(), load.resting() + (int) e.pool.idle(), load.most())));
        } finally {
            lock.unlock();
        }
        return loads;
    }

    /**
     * Connections that rest count as well, and give way: whoever has passed both turnstiles and is about to open one ends as many as are
     * too many with it.
     */
    private final class Around implements MxOpener.Surroundings {
        private final Gate gate;
        private final BiConsumer<TlsDemand.PolicyKind, TlsResult> counts;

        Around(Gate gate, BiConsumer<TlsDemand.PolicyKind, TlsResult> counts) {
            this.gate = gate;
            this.counts = counts;
        }

        @Override
        public void makeRoom() {
            trim(gate.turnstile());
            trim(gate.group().turnstile());
        }

        @Override
        public boolean hasRoom() {
            return excess(gate.turnstile(), sharing(gate.turnstile())) <= 0;
        }

        @Override
        public void count(TlsDemand.PolicyKind policy, TlsResult result) {
            counts.accept(policy, result);
        }

        private void trim(Turnstile turnstile) {
            List<ConnectionPool> sharing = sharing(turnstile);
            List<SmtpConnection> ended = new ArrayList<>();
            for (long excess = excess(turnstile, sharing); excess > 0; excess--) {
                sharing.stream()
                        .max(Comparator.comparingLong(ConnectionPool::idle))
                        .map(ConnectionPool::retireOldest)
                        .ifPresent(ended::add);
            }
            SmtpConnection.quit(ended);
        }

        private long excess(Turnstile turnstile, List<ConnectionPool> sharing) {
            return turnstile.inside()
                    + sharing.stream().mapToLong(ConnectionPool::idle).sum()
                    - turnstile.most();
        }
    }

    private List<ConnectionPool> sharing(Turnstile turnstile) {
        lock.lock();
        try {
            return List.copyOf(sharing.getOrDefault(turnstile, List.of()));
        } finally {
            lock.unlock();
        }
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
        Group group = groups.computeIfAbsent(
                site.group(),
                name -> new Group(
                        new Turnstile(() -> most), new Pace(settings.messagesPerMinute(site.limits()), clock)));
        Gate gate = sites.computeIfAbsent(
                site.name(),
                name -> new Gate(
                        name,
                        new Turnstile(() -> Math.min(most, shaping.of(name).connections()), group.turnstile()),
                        group));
        PoolLimits bounds =
                new PoolLimits(most, settings.pool().messages(), settings.pool().idle(), PATIENCE);
        ConnectionPool pool = new ConnectionPool(watchdog, bounds, gate.turnstile());
        Entry entry = new Entry(settings.within(site.limits()), trust.keep(ways), pool, gate);
        share(entry);
        return entry;
    }

    @GuardedBy("lock")
    private void share(Entry entry) {
        for (Turnstile turnstile :
                List.of(entry.gate.turnstile(), entry.gate.group().turnstile())) {
            sharing.computeIfAbsent(turnstile, t -> new ArrayList<>()).add(entry.pool);
        }
    }

    /** Takes out what nobody uses, when there is much; limits stay as long as a pool has them. */
    @GuardedBy("lock")
    private List<ConnectionPool> sweep() {
        if (pools.size() < sweepAt) {
            return List.of();
        }
        List<ConnectionPool> unused = new ArrayList<>();
        pools.values().removeIf(e -> e.users == 0 && e.pool.isUnused() && unused.add(e.pool));
        sites.values().retainAll(pools.values().stream().map(e -> e.gate).collect(Collectors.toSet()));
        groups.values().retainAll(sites.values().stream().map(Gate::group).collect(Collectors.toSet()));
        sharing.clear();
        pools.values().forEach(this::share);
        // where all are in use, not at each new one again
        sweepAt = Math.max(SWEEP_AT, 2 * pools.size());
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
