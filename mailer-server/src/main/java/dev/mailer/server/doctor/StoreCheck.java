// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.doctor;

import dev.mailer.core.Stores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the ledger can be opened, which schema it has, and whether its clock is ours. Only reads. */
final class StoreCheck {
    private static final String NAME = "store";
    private static final String SQLITE = "sqlite:";
    private static final Duration SKEW = Duration.ofSeconds(2);
    /** By product, what gives the seconds since 1970 of a server's clock. */
    private static final Map<String, String> CLOCKS = Map.of(
            "postgresql",
            "select extract(epoch from clock_timestamp())",
            "mariadb",
            "select unix_timestamp(sysdate(6))");

    private final String store;
    private final boolean running;
    private final InstantSource clock;
    private final Duration limit;

    /** @param running a server has the ledger open, which with SQLite nobody else may */
    StoreCheck(String store, boolean running, InstantSource clock, Duration limit) {
        this.store = store;
        this.running = running;
        this.clock = clock;
        this.limit = limit;
    }

    List<Finding> run() {
        if (store.equals("memory")) {
            return List.of(Finding.warning(
                    NAME, "in memory: mail is lost with the process", "set store=sqlite:FILE or a database"));
        }
        if (store.startsWith(SQLITE)) {
            Path file = Path.of(store.substring(SQLITE.length()));
            if (!Files.exists(file)) {
                return List.of(Finding.ok(NAME, file + " is not there yet; the first start makes it"));
            }
            if (running) {
                return List.of(Finding.ok(NAME, file + " is open in the running server"));
            }
            return open("sqlite", "jdbc:sqlite:file:" + file + "?mode=ro");
        }
        if (store.startsWith("jdbc:h2:")) {
            return List.of(Finding.warning(
                    NAME, "H2 loses mail that it has acknowledged when it is killed", "use it for tests only"));
        }
        return open(store.replaceFirst("^jdbc:([a-z]+):(?s:.*)$", "$1"), store);
    }

    private List<Finding> open(String product, String url) {
        DriverManager.setLoginTimeout((int) Math.max(1, limit.toSeconds()));
        List<Finding> all = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url)) {
            all.add(schema(connection, product));
            String time = CLOCKS.get(product);
            if (time != null) {
                all.add(skew(connection, time));
            }
        } catch (SQLException e) {
            all.add(Finding.problem(
                    NAME,
                    product + " cannot be opened: SQL state " + e.getSQLState() + ", " + withoutAddress(e, url),
                    "see that the server runs, and that user, password and rights in the setting store are right"));
        }
        return all;
    }

    /** Drivers quote the address, and a password may be in it. */
    private static String withoutAddress(SQLException e, String url) {
        String message = String.valueOf(e.getMessage()).replace(url, "the address");
        return url.contains("password") && message.contains("password=")
                ? e.getClass().getSimpleName()
                : message;
    }

    private static Finding schema(Connection connection, String product) throws SQLException {
        String wanted = wanted(product);
        String quote = connection.getMetaData().getIdentifierQuoteString().strip();
        String found = "none";
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select * from " + quote + "mailer_schema_history" + quote
                        + " order by " + quote + "installed_rank" + quote)) {
            while (rows.next()) {
                found = rows.getString("version") == null ? found : rows.getString("version");
            }
        } catch (SQLException e) {
            return Finding.ok(NAME, product + " opens; there is no ledger in it yet, the first start makes it");
        }
        return found.equals(wanted)
                ? Finding.ok(NAME, product + " opens, schema version " + found)
                : Finding.warning(
                        NAME,
                        "schema version " + found + ", this program has " + wanted,
                        "the next start migrates an older one; for a newer one use the newer program");
    }

    /** The version that the script for a new ledger names. */
    private static String wanted(String product) {
        Matcher version = Pattern.compile("(?i)version (\\d+)").matcher(Stores.ddl(product));
        return version.find() ? version.group(1) : "unknown";
    }

    private Finding skew(Connection connection, String time) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(time)) {
            row.next();
            long theirs = (long) (row.getDouble(1) * 1000);
            Duration skew = Duration.ofMillis(theirs - clock.instant().toEpochMilli());
            String text = "its clock is " + skew.toMillis() + " ms ahead of this machine's";
            return skew.abs().compareTo(SKEW) > 0
                    ? Finding.warning(NAME, text, "synchronise the clocks of both machines")
                    : Finding.ok(NAME, text);
        }
    }
}
