// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.spi.Outcome;
import dev.mailer.smtp.mx.MxSite;
import dev.mailer.smtp.mx.Shaping;
import dev.mailer.smtp.mx.SiteShape;
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
import org.jspecify.annotations.Nullable;

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

    /** A site, which is known by its hosts, may be that of one provider for some domains and nobody's for others. */
    record Place(String group, String site) {}

    /** What the pools of a site share. */
    record Gate(Place place, SharedLimit connections, SiteGroup group, Crowd crowd) {}

    /** What is done over a pool, with the source of its sessions. */
    interface Work {
        void with(ConnectionPool pool, SessionSource source, Gate gate);
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
    /** A site that is busy must neither hold threads that others need nor look as if it were slow. */
    private static final Duration PATIENCE = Duration.ofMillis(50);

    private final SmtpSettings settings;
    private final Watchdog watchdog;
    private final InstantSource clock;
    private final Shaping shaping;
    private final MxTrust trust;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<Key, Entry> pools = new HashMap<>();

    @GuardedBy("lock")
    private final Map<String, SiteGroup> groups = new HashMap<>();

    @GuardedBy("lock")
    private final Map<Place, Gate> gates = new HashMap<>();

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
            work.with(entry.pool, source, entry.gate);
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

        private Load with(Load other) {
            return new Load(lent + other.lent, resting + other.resting, Math.max(most, other.most));
        }
    }

    /** By site, those that had connections not long ago. */
    Map<String, Load> loads() {
        Map<String, Load> loads = new HashMap<>();
        lock.lock();
        try {
            gates.forEach((place, gate) -> loads.merge(
                    place.site(),
                    new Load(
                            gate.connections().turnstile().inside(),
                            0,
                            gate.connections().turnstile().most()),
                    Load::with));
            pools.values()
                    .forEach(e -> loads.merge(e.gate.place().site(), new Load(0, (int) e.pool.idle(), 0), Load::with));
        } finally {
            lock.unlock();
        }
        return loads;
    }

    private final class Around implements MxOpener.Surroundings {
        private final Gate gate;
        private final BiConsumer<TlsDemand.PolicyKind, TlsResult> counts;

        Around(Gate gate, BiConsumer<TlsDemand.PolicyKind, TlsResult> counts) {
            this.gate = gate;
            this.counts = counts;
        }

        @Override
        public @Nullable Outcome suspended() {
            SiteShape shape = shaping.of(gate.place().site());
            return shape.isSuspended() ? Suspension.outcome(shape, clock.instant()) : null;
        }

        @Override
        public void makeRoom() {
            gate.connections().makeRoom();
            gate.group().connections().makeRoom();
        }

        @Override
        public boolean hasRoom() {
            return gate.connections().hasRoom() && suspended() == null;
        }

        @Override
        public void count(TlsDemand.PolicyKind policy, TlsResult result) {
            counts.accept(policy, result);
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
        SiteGroup group = groups.computeIfAbsent(
                site.group(), name -> SiteGroup.of(most, settings.messagesPerMinute(site.limits()), clock));
        Gate gate =
                gates.computeIfAbsent(new Place(site.group(), site.name()), place -> gate(place, site, most, group));
        PoolLimits bounds = settings.pool().within(site.limits()).waiting(PATIENCE);
        ConnectionPool pool =
                new ConnectionPool(watchdog, bounds, gate.connections().turnstile());
        gate.connections().add(pool);
        group.connections().add(pool);
        return new Entry(settings.within(site), trust.keep(ways), pool, gate);
    }

    private Gate gate(Place place, MxSite site, int most, SiteGroup group) {
        SharedLimit connections =
                new SharedLimit(() -> Math.min(most, shaping.of(place.site()).connections()), group.connections());
        return new Gate(place, connections, group, new Crowd(shaping, site, connections, most));
    }

    /** Takes out what nobody uses, when there is much; limits stay as long as a pool has them. */
    @GuardedBy("lock")
    private List<ConnectionPool> sweep() {
        if (pools.size() < sweepAt) {
            return List.of();
        }
        List<ConnectionPool> unused = new ArrayList<>();
        pools.values().removeIf(e -> e.users == 0 && e.pool.isUnused() && unused.add(e.pool));
        Set<ConnectionPool> kept = pools.values().stream().map(e -> e.pool).collect(Collectors.toSet());
        gates.values().retainAll(pools.values().stream().map(e -> e.gate).collect(Collectors.toSet()));
        groups.values().retainAll(gates.values().stream().map(Gate::group).collect(Collectors.toSet()));
        gates.values().forEach(gate -> gate.connections().retain(kept));
        groups.values().forEach(group -> group.connections().retain(kept));
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
