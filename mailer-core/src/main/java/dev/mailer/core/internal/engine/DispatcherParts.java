// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.OutboxStore;

/** What the dispatcher works with. */
record DispatcherParts(
        OutboxStore store,
        LedgerWriter writer,
        NodeLease lease,
        LedgerClock clock,
        Routes routes,
        ParkedQueues parked,
        JobRunner runner,
        EngineMeters meters) {}
