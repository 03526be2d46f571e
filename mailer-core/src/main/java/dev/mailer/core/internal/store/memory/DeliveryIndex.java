// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.spi.Lane;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds deliveries by what is to be done with them, so that no question reads those it is not about. */
final class DeliveryIndex implements Table.Index<DeliveryRow> {
    /** A delivery and when something is to happen to it. */
    record Due(Instant at, long id) {
        static final Comparator<Due> ORDER = Comparator.comparing(Due::at).thenComparingLong(Due::id);
    }

    /** How many deliveries of a lane are in which condition. */
    static final class Counts {
        long ready;
        long waiting;
        long sending;
    }

    /** Ready ones by lane, by domain, in order of acceptance. */
    private final Map<Lane, NavigableMap<String, NavigableSet<Long>>> ready = new LinkedHashMap<>();

    private final NavigableSet<Due> timed = new TreeSet<>(Due.ORDER);
    private final NavigableSet<Due> alone = new TreeSet<>(Due.ORDER);
    private final NavigableSet<Due> expiring = new TreeSet<>(Due.ORDER);
    private final Map<Long, NavigableSet<Long>> held = new HashMap<>();
    private final Map<Lane, Counts> counts = new LinkedHashMap<>();

    @Override
    public void changed(@Nullable DeliveryRow before, @Nullable DeliveryRow after) {
        if (before != null) {
            remove(before);
        }
        if (after != null) {
            add(after);
        }
    }

    Map<Lane, NavigableMap<String, NavigableSet<Long>>> ready() {
        return ready;
    }

    NavigableMap<String, NavigableSet<Long>> ready(Lane lane) {
        return ready.getOrDefault(lane, new TreeMap<>());
    }

    NavigableSet<Due> timed() {
        return timed;
    }

    NavigableSet<Due> alone() {
        return alone;
    }

    NavigableSet<Due> expiring() {
        return expiring;
    }

    NavigableSet<Long> held(long node) {
        return held.getOrDefault(node, new TreeSet<>());
    }

    Map<Lane, Counts> counts() {
        return counts;
    }

    private void add(DeliveryRow row) {
        Lane lane = row.facts().queue().lane();
        if (row.isReady()) {
            ready.computeIfAbsent(lane, l -> new TreeMap<>())
                    .computeIfAbsent(row.facts().queue().domain(), d -> new TreeSet<>())
                    .add(row.id());
        }
        if (row.isTimed()) {
            timed.add(due(row));
        }
        if (row.alone()) {
            alone.add(due(row));
        }
        if (row.isWaiting() && row.facts().expiresAt() != null) {
            expiring.add(expiry(row));
        }
        if (row.state() == DeliveryState.SENDING) {
            held.computeIfAbsent(row.lease().node(), n -> new TreeSet<>()).add(row.id());
        }
        count(row, 1);
    }

    private void remove(DeliveryRow row) {
        Lane lane = row.facts().queue().lane();
        if (row.isReady()) {
            NavigableMap<String, NavigableSet<Long>> domains = ready(lane);
            NavigableSet<Long> ids = domains.getOrDefault(row.facts().queue().domain(), new TreeSet<>());
            ids.remove(row.id());
            if (ids.isEmpty()) {
                domains.remove(row.facts().queue().domain());
            }
            if (domains.isEmpty()) {
                ready.remove(lane);
            }
        }
        if (row.isTimed()) {
            timed.remove(due(row));
        }
        if (row.alone()) {
            alone.remove(due(row));
        }
        if (row.isWaiting() && row.facts().expiresAt() != null) {
            expiring.remove(expiry(row));
        }
        if (row.state() == DeliveryState.SENDING) {
            NavigableSet<Long> ids = held(row.lease().node());
            ids.remove(row.id());
            if (ids.isEmpty()) {
                held.remove(row.lease().node());
            }
        }
        count(row, -1);
    }

    private void count(DeliveryRow row, int change) {
        Counts c = counts.computeIfAbsent(row.facts().queue().lane(), l -> new Counts());
        if (row.isReady()) {
            c.ready += change;
        } else if (row.isWaiting()) {
            c.waiting += change;
        } else if (row.state() == DeliveryState.SENDING) {
            c.sending += change;
        }
    }

    private static Due due(DeliveryRow row) {
        return new Due(Objects.requireNonNull(row.dueAt(), "dueAt"), row.id());
    }

    private static Due expiry(DeliveryRow row) {
        return new Due(Objects.requireNonNull(row.facts().expiresAt(), "expiresAt"), row.id());
    }
}
