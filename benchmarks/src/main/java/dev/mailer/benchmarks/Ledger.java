// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The address of a ledger, and a look at it from outside. */
record Ledger(String store, String url) {
    /** Waits for at most this long until everything is settled. */
    private static final long PATIENCE_MILLIS = 180_000;

    /** Makes ledgers of both kinds. */
    static final class Maker {
        private final Session session;
        private @Nullable PostgresServer server;

        Maker(Session session) {
            this.session = session;
        }

        Ledger create(String store, String name) throws IOException, InterruptedException, SQLException {
            if (store.equals("sqlite")) {
                Path file = session.scratch().resolve(name + ".sqlite");
                return new Ledger(store, "sqlite:" + file);
            }
            if (server == null) {
                server = PostgresServer.start(session);
            }
            return new Ledger(store, server.create(name));
        }
    }

    boolean isSqlite() {
        return store.equals("sqlite");
    }

    OutboxStore open() {
        return Stores.open(url, InstantSource.system());
    }

    /** A plain connection beside the store's own. */
    Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(
                isSqlite() ? "jdbc:" + url : url + "&reWriteBatchedInserts=true&prepareThreshold=2");
        if (isSqlite()) {
            try (Statement s = connection.createStatement()) {
                s.execute("pragma busy_timeout = 60000");
            }
        }
        return connection;
    }

    /** Waits until nothing is queued or being sent. */
    static void awaitSettled(Connection connection) throws SQLException, InterruptedException {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (number(
                        connection,
                        "select (select count(*) from (select 1 from mailer_delivery where state = 1 limit 1) a)"
                                + " + (select count(*) from (select 1 from mailer_delivery where state = 2 limit 1) b)")
                > 0) {
            if (System.currentTimeMillis() > end) {
                throw new IllegalStateException("deliveries are not settled after " + PATIENCE_MILLIS + " ms");
            }
            Thread.sleep(5);
        }
    }

    /** Deliveries in state SENT. */
    static long sent(Connection connection) throws SQLException {
        return number(connection, "select count(*) from mailer_delivery where state = 10");
    }

    static long number(Connection connection, String sql) throws SQLException {
        try (Statement s = connection.createStatement();
                ResultSet r = s.executeQuery(sql)) {
            r.next();
            return r.getLong(1);
        }
    }
}
