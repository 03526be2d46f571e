// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import dev.mailer.testkit.H2Stores;
import dev.mailer.testkit.MariaDbStores;
import dev.mailer.testkit.PostgresqlStores;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A new, empty database of some product, and its tables behind the mailer's back.
 *
 * @param url for the mailer
 * @param jdbc for everybody
 */
record RawLedger(String url, String jdbc) {
    /** @param product {@code sqlite}, {@code postgresql}, {@code mariadb} or {@code h2} */
    static RawLedger create(String product, Path folder) {
        return switch (product) {
            case "sqlite" -> {
                Path file = folder.resolve("ledger.db");
                yield new RawLedger("sqlite:" + file, "jdbc:sqlite:" + file);
            }
            case "postgresql" -> both(PostgresqlStores.nextUrl());
            case "mariadb" -> both(MariaDbStores.nextUrl());
            default -> both(H2Stores.nextUrl());
        };
    }

    private static RawLedger both(String url) {
        return new RawLedger(url, url);
    }

    int change(String sql, @Nullable Object... values) throws SQLException {
        try (Connection c = DriverManager.getConnection(jdbc);
                PreparedStatement s = c.prepareStatement(sql)) {
            bind(s, values);
            return s.executeUpdate();
        }
    }

    List<byte[]> bytes(String sql, @Nullable Object... values) throws SQLException {
        List<byte[]> all = new ArrayList<>();
        try (Connection c = DriverManager.getConnection(jdbc);
                PreparedStatement s = c.prepareStatement(sql)) {
            bind(s, values);
            try (ResultSet r = s.executeQuery()) {
                while (r.next()) {
                    all.add(r.getBytes(1));
                }
            }
        }
        return all;
    }

    List<String> texts(String sql, @Nullable Object... values) throws SQLException {
        List<String> all = new ArrayList<>();
        try (Connection c = DriverManager.getConnection(jdbc);
                PreparedStatement s = c.prepareStatement(sql)) {
            bind(s, values);
            try (ResultSet r = s.executeQuery()) {
                while (r.next()) {
                    all.add(r.getString(1));
                }
            }
        }
        return all;
    }

    long number(String sql, @Nullable Object... values) throws SQLException {
        return Long.parseLong(texts(sql, values).get(0));
    }

    private static void bind(PreparedStatement s, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            s.setObject(i + 1, values[i]);
        }
    }
}
