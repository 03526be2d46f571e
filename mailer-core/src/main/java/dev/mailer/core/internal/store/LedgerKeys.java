// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.UnreadableException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.FieldCipher.DataKey;
import dev.mailer.api.spi.FieldCipher.WrappedKey;
import dev.mailer.core.internal.crypto.LedgerCipher;
import dev.mailer.core.internal.crypto.MasterKeys;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys that belong to a ledger: random ones for its hashes and for texts of no message, made at the first start with a master key
 * and stored wrapped; and the list of master keys that rows need, each with a proof of which key it is. Of two nodes that start
 * together one makes them.
 */
final class LedgerKeys {
    /** In {@code purpose}: a master key that some row may need. */
    static final String MASTER = "master";

    static final String LOOKUP = "lookup";
    static final String DIGEST = "digest";
    static final String TEXTS = "texts";
    /** Those with a key of their own, of which there is one version so far. */
    static final List<String> PURPOSES = List.of(LOOKUP, DIGEST, TEXTS);

    private static final int VERSION = 1;

    private LedgerKeys() {}

    /** A row of {@code mailer_key}. */
    record Row(String purpose, int version, WrappedKey key) {
        String owner() {
            return Places.ledgerKey(purpose, version);
        }
    }

    /** @param masters null without encryption */
    static JdbcOutboxStore open(Database database, Dialect dialect, @Nullable MasterKeys masters, InstantSource clock) {
        return Failures.translate("read the ledger's keys", () -> {
            List<Row> rows = database.read(LedgerKeys::rows);
            if (masters == null) {
                refuseEncrypted(rows);
                return new JdbcOutboxStore(database, new Ledger(dialect, new NoCipher()), null, clock);
            }
            requireMasters(rows, masters);
            database.write(s -> insertMissing(s, dialect, masters, clock.instant()));
            Map<String, byte[]> keys = unwrap(database.read(LedgerKeys::rows), masters);
            LedgerCipher cipher = new LedgerCipher(masters, key(keys, LOOKUP), key(keys, DIGEST));
            DataKey texts = LedgerCipher.keyOf("ledger", key(keys, TEXTS));
            Ledger ledger = new Ledger(
                    dialect,
                    cipher,
                    texts,
                    masters,
                    database.read(s -> IdempotencyRows.anyPlain(s, dialect, clock.instant())));
            new SuppressionSealing(database, ledger).run();
            JdbcTokenKeys.seal(database, texts);
            KeyRotation rotation = new KeyRotation(database, ledger, masters, clock);
            return new JdbcOutboxStore(database, ledger, rotation, clock);
        });
    }

    private static byte[] key(Map<String, byte[]> keys, String purpose) {
        byte[] key = keys.get(purpose);
        if (key == null) {
            throw new MailerConfigException(
                    "store",
                    "the ledger's key for " + purpose + " is gone from its table mailer_key; restore that table");
        }
        return key;
    }

    static List<Row> rows(Statements s) throws SQLException {
        return s.sql("select purpose, version, master_version, wrapped_key from mailer_key order by purpose, version")
                .list(r ->
                        new Row(r.getString(1), r.getInt(2), new WrappedKey(r.getInt(3), Bytes.wrap(r.getBytes(4)))));
    }

    /** Notes that rows may need a master key; returns whether that was new. */
    static boolean note(Statements s, Dialect dialect, MasterKeys masters, int version, Instant now)
            throws SQLException {
        return insert(s, dialect, row(masters, MASTER, version, version), now);
    }

    /**
     * Notes, in the transaction that registers a node, that it may write rows which need its current master key. The row is written
     * anew, so that a pass through the rows that began before does not take it from the list.
     */
    static void noteNode(Statements s, Dialect dialect, MasterKeys masters, Instant now) throws SQLException {
        Row row = row(masters, MASTER, masters.current(), masters.current());
        int known = s.update("update mailer_key set wrapped_key = :key where purpose = :purpose and version = :version")
                .bind("key", row.key.wrapped())
                .bind("purpose", row.purpose)
                .bind("version", row.version)
                .execute();
        if (known == 0) {
            insert(s, dialect, row, now);
        }
    }

    /**
     * Older master keys that are configured are noted whether or not rows are known to need them: what a node wrote with one that was
     * no longer listed is found by the pass that follows.
     */
    private static boolean insertMissing(Statements s, Dialect dialect, MasterKeys masters, Instant now)
            throws SQLException {
        boolean any = note(s, dialect, masters, masters.current(), now);
        for (int version : masters.older()) {
            any |= note(s, dialect, masters, version, now);
        }
        for (String purpose : PURPOSES) {
            any |= insert(s, dialect, row(masters, purpose, VERSION, masters.current()), now);
        }
        return any;
    }

    /** A new one. What a row of a master key wraps is of no use but to tell whether it is that key. */
    private static Row row(MasterKeys masters, String purpose, int version, int masterVersion) {
        return new Row(
                purpose,
                version,
                LedgerCipher.wrap(
                        masters, masterVersion, Places.ledgerKey(purpose, version), LedgerCipher.newSecret()));
    }

    private static boolean insert(Statements s, Dialect dialect, Row row, Instant now) throws SQLException {
        TableRows rows = new TableRows(
                "mailer_key",
                "purpose text",
                "version int4",
                "master_version int4",
                "wrapped_key bytea",
                "created_at bigint");
        Bytes wrapped = row.key.wrapped();
        rows.add(
                row.purpose,
                row.version,
                row.key.version(),
                wrapped == null ? null : wrapped.unsafeArray(),
                Times.millis(now));
        return dialect.insertNew(s, rows);
    }

    private static void refuseEncrypted(List<Row> rows) {
        if (!rows.isEmpty()) {
            throw new MailerConfigException(
                    "encryption.key",
                    "is missing; the ledger is encrypted and needs " + versions(rows) + ", which is not in the ledger");
        }
    }

    private static void requireMasters(List<Row> rows, MasterKeys masters) {
        List<Row> missing = rows.stream()
                .filter(r -> !masters.versions().contains(r.key.version()))
                .toList();
        if (!missing.isEmpty()) {
            throw new MailerConfigException(
                    "encryption.oldKeys",
                    "the ledger has rows that need " + versions(missing) + ", configured are versions "
                            + masters.versions() + "; add what is missing as version:base64");
        }
        unwrap(rows, masters);
    }

    private static String versions(List<Row> rows) {
        return rows.stream()
                .map(r -> r.key.version())
                .distinct()
                .sorted()
                .map(v -> "master key " + v)
                .collect(Collectors.joining(" and "));
    }

    private static Map<String, byte[]> unwrap(List<Row> rows, MasterKeys masters) {
        Map<String, byte[]> keys = new TreeMap<>();
        for (Row row : rows) {
            try {
                keys.put(row.purpose, LedgerCipher.unwrap(masters, row.owner(), row.key));
            } catch (UnreadableException e) {
                throw new MailerConfigException(
                        "encryption.key",
                        "version " + row.key.version()
                                + " is another key than the one of that version that the ledger was encrypted with, or the"
                                + " ledger's table mailer_key was altered",
                        e);
            }
        }
        return keys;
    }
}
