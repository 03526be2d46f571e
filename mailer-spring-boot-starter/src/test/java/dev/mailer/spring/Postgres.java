// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL server, started once. */
public final class Postgres {
    private static @Nullable EmbeddedPostgres server;
    private static int number;

    private Postgres() {}

    /** The address of a new, empty database. */
    public static synchronized String nextUrl() {
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
        number++;
        try (Connection c = running.getPostgresDatabase().getConnection();
                Statement s = c.createStatement()) {
            s.execute("create database app" + number);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return running.getJdbcUrl("postgres", "app" + number);
    }
}
