// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How many jobs each transport may have in slots, so that one that hangs leaves slots to the others: as many as it does at once, and where
 * there are several, three quarters of all slots at most. Guarded by the dispatcher's lock.
 */
final class OutletShare {
    /** All by the name of the transport. */
    private final Map<String, Integer> most = new HashMap<>();

    private final Map<String, Integer> busy = new HashMap<>();
    private final Set<String> full = new HashSet<>();

    /** Asks each transport once what it does at a time. */
    OutletShare(Collection<Outlet> outlets, int slots) {
        long sum = outlets.stream().mapToLong(OutletShare::concurrency).sum();
        int alone = slots - Math.max(1, slots / 4);
        for (Outlet outlet : outlets) {
            long own = concurrency(outlet);
            // more slots than the transports have asked for are meant to be used
            long share = Math.max(own, (slots * own + sum - 1) / sum);
            most.put(outlet.name(), (int) Math.max(1, outlets.size() == 1 ? slots : Math.min(share, alone)));
        }
    }

    private static long concurrency(Outlet outlet) {
        return Math.max(1, outlet.transport().capabilities().concurrency());
    }

    /** The names of those that nothing more is to be started for. */
    Set<String> full() {
        return full;
    }

    void started(Outlet outlet) {
        change(outlet, 1);
    }

    void finished(Outlet outlet) {
        change(outlet, -1);
    }

    private void change(Outlet outlet, int by) {
        int now = busy.merge(outlet.name(), by, Integer::sum);
        if (now >= most.getOrDefault(outlet.name(), Integer.MAX_VALUE)) {
            full.add(outlet.name());
        } else {
            full.remove(outlet.name());
        }
    }
}
