// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Holders of leases. Only one process sees this store; a former number of its own may hold what is still on its way. */
final class Nodes {
    private final MemoryLedger ledger;

    Nodes(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    long register(Instant leaseUntil) {
        long node = ledger.nextId();
        ledger.nodes.put(node, leaseUntil);
        return node;
    }

    boolean prolong(long node, Instant leaseUntil) {
        boolean known = ledger.nodes.get(node) != null;
        if (known) {
            ledger.nodes.put(node, leaseUntil);
        }
        return known;
    }

    List<Long> dead(long self, Instant now) {
        return ledger.nodes.rows().entrySet().stream()
                .filter(node -> node.getKey() != self && node.getValue().isBefore(now))
                .map(Map.Entry::getKey)
                .toList();
    }

    void remove(long node) {
        if (ledger.index.held(node).isEmpty()) {
            ledger.nodes.remove(node);
        }
    }
}
