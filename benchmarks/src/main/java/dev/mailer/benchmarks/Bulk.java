// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.Email;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Fills a ledger fast: the rows of one mail that was accepted in the usual way, copied by SQL under new ids, each to a recipient
 * of its own, the domains in turn.
 */
final class Bulk {
    private static final String DEFAULT_TENANT = Email.DEFAULT_TENANT;

    private final Ledger ledger;
    private final Lane lane;
    private int adds;

    private Bulk(Ledger ledger, Lane lane) {
        this.ledger = ledger;
        this.lane = lane;
    }

    /** Makes the ledger and accepts the mail to be copied; it is taken back at the end, so that only copies are queued. */
    static Bulk prepare(Ledger ledger, String stream) throws SQLException {
        Lane lane = new Lane(DEFAULT_TENANT, stream);
        try (MailerEngine mailer =
                Mailers.builder().transport("null:").store(ledger.url()).build()) {
            mailer.park(new QueueKey(lane, Mails.DOMAIN), Instant.MAX, "benchmark");
            mailer.send(Mails.small(stream));
        }
        try (Connection c = ledger.connect();
                Statement s = c.createStatement()) {
            s.execute("update mailer_delivery set state = 16");
        }
        return new Bulk(ledger, lane);
    }

    /** Adds this many mails over the domains {@code dNNNN.example}, from number {@code first} on. */
    void add(int count, int first, int domains) throws SQLException {
        try (Connection c = ledger.connect()) {
            try (Statement s = c.createStatement()) {
                s.execute(ledger.isSqlite() ? "pragma synchronous = off" : "set synchronous_commit = off");
                if (ledger.isSqlite()) {
                    s.execute("pragma cache_size = -65536");
                }
            }
            c.setAutoCommit(false);
            long base = ledger.isSqlite()
                    ? Ledger.number(
                                    c,
                                    "select max((select max(id) from mailer_message), (select max(id) from mailer_delivery))")
                            + 4096
                    : Ledger.number(c, "select nextval('mailer_id_seq')") + 4096;
            copy(c, count, base, first, domains);
            if (!ledger.isSqlite()) {
                Ledger.number(c, "select setval('mailer_id_seq', " + (base + 3L * count + 4096) + ")");
            }
            c.commit();
            c.setAutoCommit(true);
            settleDown(c);
        }
    }

    private void copy(Connection c, int count, long base, int first, int domains) throws SQLException {
        boolean sqlite = ledger.isSqlite();
        String message = "(" + base + " + 3 * i)";
        String delivery = "(" + base + " + 3 * i + 1)";
        String domain = sqlite
                ? "printf('d%04d.example', " + first + " + i % " + domains + ")"
                : "'d' || lpad((" + first + " + i % " + domains + ")::text, 4, '0') || '.example'";
        String recipient = sqlite ? "printf('user%d@', i) || " + domain : "'user' || i || '@' || " + domain;
        String hash = sqlite ? "randomblob(32)" : "sha256((" + base + " + i)::text::bytea)";
        String uuid = sqlite
                ? "unhex(printf('%016x%016x', 116000000000000000 + " + base + " + i, i))"
                : "(lpad(to_hex(116000000000000000 + " + base + " + i), 16, '0') || lpad(to_hex(i), 16, '0'))::uuid";
        copy(c, "mailer_message", count, Map.of("id", message, "message_id", uuid), "id = (select min(id) from t)");
        copy(c, "mailer_content", count, Map.of("message_id", message), "message_id = (select min(message_id) from t)");
        copy(
                c,
                "mailer_recipient",
                count,
                Map.of("message_id", message, "lookup_hash", hash),
                "message_id = (select min(message_id) from t)");
        copy(
                c,
                "mailer_delivery",
                count,
                Map.of(
                        "id",
                        delivery,
                        "message_id",
                        message,
                        "domain",
                        domain,
                        "recipient",
                        recipient,
                        "lookup_hash",
                        hash,
                        "state",
                        "1"),
                "id = (select min(id) from t)");
        // an open store on SQLite counts its events itself: these stay out of its way
        long events = ++adds * 1_000_000_000L;
        copy(
                c,
                "mailer_event",
                count,
                sqlite
                        ? Map.of("id", "(" + events + " + i)", "message_id", message, "delivery_id", delivery)
                        : Map.of(
                                "id",
                                "(" + base + " + 3 * i + 2)",
                                "position",
                                "(" + base + " + 3 * i)",
                                "message_id",
                                message,
                                "delivery_id",
                                delivery),
                "id = (select min(id) from t)");
    }

    private void copy(Connection c, String table, int count, Map<String, String> changed, String one)
            throws SQLException {
        List<String> columns = new ArrayList<>();
        try (Statement s = c.createStatement();
                ResultSet r = s.executeQuery("select * from " + table + " limit 1")) {
            for (int i = 1; i <= r.getMetaData().getColumnCount(); i++) {
                columns.add(r.getMetaData().getColumnName(i));
            }
        }
        if (!columns.containsAll(changed.keySet())) {
            throw new IllegalStateException(table + " has changed: " + Set.copyOf(columns));
        }
        String values =
                columns.stream().map(n -> changed.getOrDefault(n, "one." + n)).collect(Collectors.joining(", "));
        String numbers = ledger.isSqlite()
                ? "with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < " + count + ") "
                : "with n(i) as (select g::bigint from generate_series(0, " + (count - 1) + ") g) ";
        try (Statement s = c.createStatement()) {
            s.executeUpdate(
                    (ledger.isSqlite() ? numbers : "") + "insert into " + table + " (" + String.join(", ", columns)
                            + ") " + (ledger.isSqlite() ? "" : numbers) + "select " + values
                            + " from n, (select * from " + table
                            + " where " + one.replace(" t)", " " + table + ")") + ") one");
        }
    }

    private void settleDown(Connection c) throws SQLException {
        try (Statement s = c.createStatement()) {
            if (ledger.isSqlite()) {
                s.execute("pragma wal_checkpoint(truncate)");
            } else {
                s.execute("vacuum analyze mailer_delivery");
                s.execute("vacuum analyze mailer_event");
                s.execute("checkpoint");
            }
        }
    }

    Lane lane() {
        return lane;
    }

    static String domain(int number) {
        return String.format("d%04d.example", number);
    }
}
