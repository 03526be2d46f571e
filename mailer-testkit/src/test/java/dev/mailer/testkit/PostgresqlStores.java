// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.Stores;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL server for the suites, started once; its one database is emptied for each test. */
public final class PostgresqlStores {
    private static final String DATABASE = "ledger";
    private static @Nullable EmbeddedPostgres server;
    private static boolean made;
    private static int number;

    private PostgresqlStores() {}

    static synchronized OutboxStore next() {
        empty();
        return reopen();
    }

    static synchronized OutboxStore nextEncrypted() {
        empty();
        return reopenEncrypted();
    }

    private static void empty() {
        if (!made) {
            made = true;
            execute("postgres", "create database " + DATABASE);
        } else {
            execute(
                    DATABASE,
                    "do $$ declare t text; begin for t in select tablename from pg_tables where tablename like 'mailer\\_%'"
                            + " and tablename <> 'mailer_schema_history' loop execute 'truncate ' || t || ' cascade'; end loop; end $$");
        }
    }

    static synchronized OutboxStore reopen() {
        return Stores.open(url(), InstantSource.system());
    }

    static synchronized OutboxStore reopenEncrypted() {
        return Stores.open(url(), TestKeys.one(), InstantSource.system());
    }

    /** The address of a new, empty database, for tests that run several processes on it. */
    public static synchronized String nextUrl() {
        number++;
        execute("postgres", "create database own" + number);
        return server().getJdbcUrl("postgres", "own" + number);
    }

    /** A connection of a host's to the present database. */
    static synchronized Connection connect() throws SQLException {
        return DriverManager.getConnection(url());
    }

    static String url() {
        return server().getJdbcUrl("postgres", DATABASE);
    }

    private static void execute(String database, String sql) {
        try (Connection c = server().getDatabase("postgres", database).getConnection();
                Statement s = c.createStatement()) {
            s.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static EmbeddedPostgres server() {
        EmbeddedPostgres running = server;
        if (running == null) {
            try {
                running = EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "300")
                        .setPGStartupWait(Duration.ofMinutes(2))
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server = running;
        }
        return running;
    }
}
