// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.QueueKey;

/** Deliveries a second through claim and settlement, from one queue that holds 100,000. */
final class ClaimSettle implements Benchmark {
    private static final int DEPTH = 100_000;

    @Override
    public void run(Session session) throws Exception {
        Figures figures = new Figures();
        int deliveries = session.amount(20_000);
        Ledger.Maker maker = new Ledger.Maker(session);
        for (String kind : session.stores("claim-settle-")) {
            Ledger ledger = maker.create(kind, "claims");
            Bulk bulk = Bulk.prepare(ledger, "broadcast");
            bulk.add(DEPTH + deliveries * (session.rounds() + 2), 0, 1);
            QueueKey queue = new QueueKey(bulk.lane(), Bulk.domain(0));
            try (OutboxStore store = ledger.open()) {
                ClaimLoop loop = new ClaimLoop(store);
                loop.one(queue, deliveries);
                for (int round = 0; round < session.rounds(); round++) {
                    figures.add(kind, "deliveries/s", loop.one(queue, deliveries));
                    figures.add(kind, "claim of 200, ms", loop.claimMillis(deliveries));
                    figures.add(kind, "settlement of 200, ms", loop.settleMillis(deliveries));
                }
            }
            session.result("claim-settle-" + kind, figures.median(kind, "deliveries/s"), ">=", 15_000);
        }
        figures.print("claim-settle: claims of 200 and their settlements, each committed");
    }
}
