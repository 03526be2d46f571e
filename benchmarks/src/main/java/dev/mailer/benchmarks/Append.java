// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;

/**
 * What accepting costs, with dispatch held back by a parked queue: 32 threads through the engine, which share commits, against
 * one commit for each mail on the same store, and against bare JDBC batches of the same rows with as many mails in a commit.
 */
final class Append implements Benchmark {
    private static final String ENGINE = " engine, 32 threads";
    private static final String SINGLE = " one commit each";
    private static final String BARE = " bare JDBC batches";
    private static final String RATE = "mails/s";

    @Override
    public void run(Session session) throws Exception {
        Figures figures = new Figures();
        Ledger.Maker maker = new Ledger.Maker(session);
        for (String kind : session.stores("append-")) {
            measure(session, maker.create(kind, "append"), figures);
            figures.addRatios(kind + ENGINE, kind + SINGLE, RATE, "ratio to one commit each");
            figures.addRatios(kind + ENGINE, kind + BARE, RATE, "ratio to bare batches");
        }
        figures.print("append: mails of 10 kB accepted");
        session.result("append-sqlite", figures.median("sqlite" + ENGINE, "ratio to one commit each"), ">=", 3);
        session.result("append-postgresql", figures.median("postgresql" + ENGINE, "ratio to bare batches"), ">=", 0.8);
    }

    private static void measure(Session session, Ledger ledger, Figures figures) throws Exception {
        int mails = session.amount(10_000);
        int singles = session.amount(3_000);
        CommitCounter counter = new CommitCounter(ledger.open());
        OutboxStore store = counter.counting();
        String kind = ledger.store();
        try (MailerEngine mailer =
                        Mailers.builder().transport("null:").store(store).build();
                Connection plain = ledger.connect()) {
            mailer.park(new QueueKey(new Lane("default", "transactional"), Mails.DOMAIN), Instant.MAX, "benchmark");
            Submitters.send(mailer, mails, Mails::rawEmail);
            Submitters.send(mailer, mails, Mails::rawEmail);
            single(store, counter.last(), singles);
            try (BareRows bare = new BareRows(ledger, plain)) {
                bare.insert(mails, 16);
                for (int round = 0; round < session.rounds(); round++) {
                    long commits = counter.commits();
                    long counted = counter.mails();
                    long start = System.nanoTime();
                    long[] took = Submitters.send(mailer, mails, Mails::rawEmail);
                    figures.add(kind + ENGINE, RATE, mails * 1e9 / (System.nanoTime() - start));
                    double together = (double) (counter.mails() - counted) / (counter.commits() - commits);
                    figures.add(kind + ENGINE, "mails/commit", together);
                    figures.add(kind + ENGINE, "p50 ms", Figures.percentile(took, 0.5) / 1e6);
                    figures.add(kind + ENGINE, "p99 ms", Figures.percentile(took, 0.99) / 1e6);
                    figures.add(kind + SINGLE, RATE, single(store, counter.last(), singles));
                    int batch = (int) Math.max(1, Math.round(together));
                    figures.add(kind + BARE, "mails/commit", batch);
                    figures.add(kind + BARE, RATE, bare.insert(mails, batch));
                }
            }
        }
    }

    private static double single(OutboxStore store, NewMessage like, int mails) {
        long start = System.nanoTime();
        for (int i = 0; i < mails; i++) {
            NewMessage message = new NewMessage(
                    Mails.id(),
                    like.lane(),
                    Instant.ofEpochMilli(System.currentTimeMillis()),
                    like.sendAt(),
                    like.expiresAt(),
                    like.policy(),
                    like.summary(),
                    like.content(),
                    like.idempotency(),
                    like.deliveries());
            store.transact(tx -> tx.append(List.of(message)));
        }
        return mails * 1e9 / (System.nanoTime() - start);
    }
}
