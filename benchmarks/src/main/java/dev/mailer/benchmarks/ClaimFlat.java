// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.QueueKey;

/** Whether claiming slows down with what waits: 10,000 against 1,000,000 deliveries, in one queue, and in 1,000 of which 900 are parked. */
final class ClaimFlat implements Benchmark {
    private static final int FEW = 10_000;
    private static final int MANY = 1_000_000;
    private static final int DOMAINS = 1_000;
    private static final int PARKED = 900;
    private static final int DELIVERIES = 4_000;

    private static final String FEW_ROW = " 10,000";

    @Override
    public void run(Session session) throws Exception {
        int many = session.isQuick() ? MANY / 10 : MANY;
        String manyRow = session.isQuick() ? " 100,000" : " 1,000,000";
        Figures figures = new Figures();
        Ledger.Maker maker = new Ledger.Maker(session);
        for (boolean parked : new boolean[] {false, true}) {
            String prefix = parked ? "claim-flat-parked-" : "claim-flat-";
            for (String kind : session.stores(prefix)) {
                String name = kind + (parked ? " 90 % parked" : "");
                session.progress("loading %d deliveries into %s", many, name);
                try (Depth few = new Depth(maker.create(kind, parked ? "parkedfew" : "few"), FEW, parked, 1);
                        Depth lots = new Depth(
                                maker.create(kind, parked ? "parkedmany" : "many"),
                                many,
                                parked,
                                session.isQuick() ? 8 : 1)) {
                    for (int i = 0; i < 3; i++) {
                        few.rate();
                        few.refill();
                        lots.rate();
                    }
                    for (int round = 0; round < session.rounds(); round++) {
                        figures.add(name + FEW_ROW, "deliveries/s", few.rate());
                        few.report(figures, name + FEW_ROW);
                        figures.add(name + manyRow, "deliveries/s", lots.rate());
                        lots.report(figures, name + manyRow);
                        few.refill();
                    }
                }
                figures.addRatios(name + FEW_ROW, name + manyRow, "deliveries/s", "ratio of rates");
                session.result(prefix + kind, figures.median(name + FEW_ROW, "ratio of rates"), "<=", 2);
            }
        }
        figures.print("claim-flat: claims of 200 and their settlements, each committed");
    }

    /** A ledger of one depth. */
    private static final class Depth implements AutoCloseable {
        private final Bulk bulk;
        private final OutboxStore store;
        private final ClaimLoop loop;
        private final boolean parked;

        Depth(Ledger ledger, int count, boolean parked, int measurements) throws Exception {
            this.parked = parked;
            this.bulk = Bulk.prepare(ledger, "broadcast");
            bulk.add(count, 0, parked ? DOMAINS : 1);
            this.store = ledger.open();
            this.loop = new ClaimLoop(store);
            if (parked) {
                loop.park(bulk.lane(), DOMAINS - PARKED, DOMAINS);
                // So that what is not parked is enough at every depth.
                bulk.add(DELIVERIES * measurements, 0, DOMAINS - PARKED);
            }
        }

        double rate() {
            return parked
                    ? loop.many(bulk.lane(), DELIVERIES)
                    : loop.one(new QueueKey(bulk.lane(), Bulk.domain(0)), DELIVERIES);
        }

        void refill() throws Exception {
            bulk.add(DELIVERIES, 0, parked ? DOMAINS - PARKED : 1);
        }

        void report(Figures figures, String row) {
            figures.add(row, "claim of 200, ms", loop.claimMillis(DELIVERIES));
            figures.add(row, "settlement of 200, ms", loop.settleMillis(DELIVERIES));
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
