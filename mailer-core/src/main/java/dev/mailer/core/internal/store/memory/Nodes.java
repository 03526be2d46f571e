// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import java.time.Instant;
import java.util.List;

/** Holders of leases. Only one process sees this store, so every other node is an earlier mailer that is gone. */
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

    List<Long> allBut(long self) {
        return ledger.nodes.rows().keySet().stream().filter(n -> n != self).toList();
    }

    void remove(long node) {
        if (ledger.index.held(node).isEmpty()) {
            ledger.nodes.remove(node);
        }
    }
}
