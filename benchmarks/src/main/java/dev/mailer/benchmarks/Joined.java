// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.Email;
import dev.mailer.api.Outbox;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What mail costs that joins a transaction of the application's: statements that go to the server for each mail beyond those of the
 * transaction itself, and the time of a transaction with and without it. Counted for the transaction in the middle: one in some
 * thousand mails asks for a block of ids beside.
 */
final class Joined implements Benchmark {
    private static final String ALONE = "order alone";
    private static final String PLAIN = "order and mail";
    private static final String KEYED = "order and mail with an idempotency key";
    private static final String BATCH = "order and 100 mails by sendAll";
    private static final String TRIPS = "round trips for the mail";
    private static final int MANY = 100;

    @Override
    public void run(Session session) throws Exception {
        Ledger ledger = new Ledger.Maker(session).create("postgresql", "joined");
        Figures figures = new Figures();
        try (MailerEngine mailer =
                        Mailers.builder().transport("null:").store(ledger.url()).build();
                Connection plain = ledger.connect()) {
            mailer.park(new QueueKey(new Lane("default", "transactional"), Mails.DOMAIN), Instant.MAX, "benchmark");
            try (Statement s = plain.createStatement()) {
                s.execute(
                        "create table orders (id bigint generated always as identity primary key, what text not null)");
            }
            RoundTrips counted = new RoundTrips(plain);
            int transactions = session.amount(2_000);
            measure(counted, mailer, transactions, new Figures());
            for (int round = 0; round < session.rounds(); round++) {
                measure(counted, mailer, transactions, figures);
            }
        }
        figures.print("joined: transactions on PostgreSQL, one caller, mails of 10 kB");
        session.result(
                "joined-round-trips", Math.max(figures.median(PLAIN, TRIPS), figures.median(KEYED, TRIPS)), "<=", 2);
        session.result("joined-batch-round-trips", figures.median(BATCH, TRIPS), "<=", 2);
    }

    private static void measure(RoundTrips counted, MailerEngine mailer, int transactions, Figures figures)
            throws SQLException {
        Outbox outbox = mailer.in(counted.connection());
        double alone = row(figures, ALONE, counted, transactions, 0, none -> {});
        row(figures, PLAIN, counted, transactions, alone, none -> outbox.send(Mails.rawEmail()));
        row(figures, KEYED, counted, transactions, alone, none -> outbox.send(keyed()));
        row(
                figures,
                BATCH,
                counted,
                transactions / MANY,
                alone,
                none -> outbox.sendAll(
                        Stream.generate(Joined::keyed).limit(MANY).toList()));
    }

    /** Returns the round trips of a transaction. */
    private static double row(
            Figures figures, String row, RoundTrips counted, int transactions, double alone, Consumer<List<Email>> mail)
            throws SQLException {
        Connection connection = counted.connection();
        long[] trips = new long[transactions];
        long start = System.nanoTime();
        for (int i = 0; i < transactions; i++) {
            long before = counted.count();
            connection.setAutoCommit(false);
            try (PreparedStatement order = connection.prepareStatement("insert into orders (what) values (?)")) {
                order.setString(1, "order " + i);
                order.executeUpdate();
            }
            mail.accept(List.of());
            connection.commit();
            trips[i] = counted.count() - before;
        }
        figures.add(row, "ms", (System.nanoTime() - start) / 1e6 / transactions);
        double each = Figures.percentile(trips, 0.5);
        figures.add(row, TRIPS, each - alone);
        return each;
    }

    private static Email keyed() {
        return Email.builder()
                .from("shop@example.com")
                .to("jo@" + Mails.DOMAIN)
                .idempotencyKey(UUID.randomUUID().toString())
                .raw(Mails.raw())
                .build();
    }
}
