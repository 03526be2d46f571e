// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import dev.mailer.testkit.H2Stores;
import dev.mailer.testkit.MariaDbStores;
import dev.mailer.testkit.PostgresqlStores;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
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

    /** What a dump holds: the places, {@code table name.COLUMN}, where a value of any of the mailer's tables passes. */
    List<String> places(Predicate<String> value) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection c = DriverManager.getConnection(jdbc);
                Statement s = c.createStatement()) {
            for (String table : tables(c)) {
                try (ResultSet r = s.executeQuery("select * from " + table)) {
                    while (r.next()) {
                        for (int i = 1; i <= r.getMetaData().getColumnCount(); i++) {
                            if (value.test(text(r.getObject(i)))) {
                                found.add(
                                        "table " + table + "." + r.getMetaData().getColumnName(i));
                            }
                        }
                    }
                }
            }
        }
        return found;
    }

    private static List<String> tables(Connection c) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet r = c.getMetaData().getTables(c.getCatalog(), null, "%", new String[] {"TABLE", "BASE TABLE"})) {
            while (r.next()) {
                String table = r.getString("TABLE_NAME").toLowerCase(Locale.ROOT);
                if (table.startsWith("mailer_") && !table.equals("mailer_schema_history")) {
                    tables.add(table);
                }
            }
        }
        if (tables.size() <= 10) {
            throw new AssertionError("few tables: " + tables);
        }
        return tables;
    }

    private static String text(@Nullable Object value) throws SQLException {
        if (value instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
        if (value instanceof Blob blob) {
            return new String(blob.getBytes(1, (int) blob.length()), StandardCharsets.ISO_8859_1);
        }
        return String.valueOf(value);
    }

    private static void bind(PreparedStatement s, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            s.setObject(i + 1, values[i]);
        }
    }
}
