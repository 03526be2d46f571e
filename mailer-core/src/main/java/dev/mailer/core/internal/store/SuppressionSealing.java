// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
import dev.mailer.core.internal.digest.Sha256;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Encrypts the entries of the suppression list, and of its history, that were made without a key. */
final class SuppressionSealing {
    /** Entries changed in one transaction. */
    private static final int BATCH = 500;

    private static final Logger log = LoggerFactory.getLogger(SuppressionSealing.class);

    private final Database database;
    private final Ledger ledger;

    SuppressionSealing(Database database, Ledger ledger) {
        this.database = database;
        this.ledger = ledger;
    }

    /** An entry, or a change of one, in the clear. */
    private record Plain(long tenantId, String tenant, long number, String reason, String address) {}

    void run() throws SQLException {
        int all = 0;
        for (int n = BATCH; n == BATCH; all += n) {
            n = database.writeRepeatably(this::batch);
        }
        for (int n = BATCH; n == BATCH; ) {
            n = database.writeRepeatably(this::changes);
        }
        if (all > 0) {
            log.info("{} entries of the suppression list were in the clear and are encrypted now", all);
        }
    }

    private int batch(Statements s) throws SQLException {
        List<Plain> entries = s.query(
                        "select p.tenant_id, t.name, p.stream_id, p.reason, p.address from mailer_suppression p"
                                + " join mailer_tenant t on t.id = p.tenant_id where p.key_version = 0 limit :limit")
                .bind("limit", BATCH)
                .map((r, c) -> new Plain(r.getLong(1), r.getString(2), r.getLong(3), r.getString(4), r.getString(5)))
                .list();
        for (Plain entry : entries) {
            seal(s, entry);
        }
        return entries.size();
    }

    /** The same for the history. */
    private int changes(Statements s) throws SQLException {
        List<Plain> changes = s.query(
                        "select c.tenant_id, t.name, c.id, c.reason, c.address from mailer_suppression_change c"
                                + " join mailer_tenant t on t.id = c.tenant_id where c.sealed = 0 limit :limit")
                .bind("limit", BATCH)
                .map((r, c) -> new Plain(r.getLong(1), r.getString(2), r.getLong(3), r.getString(4), r.getString(5)))
                .list();
        for (Plain change : changes) {
            s.update("update mailer_suppression_change set lookup_hash = :hash, lookup_key_version = :lookup,"
                            + " address = :address, sealed = 1 where id = :id and sealed = 0")
                    .bind("hash", ledger.cipher.lookupHash(change.tenant, change.address))
                    .bind("lookup", SuppressionRows.LOOKUP_KEY)
                    .bind(
                            "address",
                            SuppressionChanges.key(ledger, 1)
                                    .write(Places.suppressionChange(change.number), change.address))
                    .bind("id", change.number)
                    .execute();
        }
        return changes.size();
    }

    /** One that is there under the keyed hash already is newer and stays. */
    private void seal(Statements s, Plain e) throws SQLException {
        Bytes plain = Sha256.of(e.address);
        Bytes hash = ledger.cipher.lookupHash(e.tenant, e.address);
        var key = ledger.cipher.newKey(Places.suppression(e.tenant, hash, e.number, e.reason));
        s.update("update mailer_suppression set lookup_hash = :hash, lookup_key_version = :lookup, address = :address,"
                        + " key_version = :version, wrapped_key = :key where tenant_id = :tenant and lookup_hash = :plain"
                        + " and stream_id = :stream and reason = :reason and not exists (select 1 from (select lookup_hash"
                        + " from mailer_suppression where tenant_id = :tenant and lookup_hash = :hash"
                        + " and stream_id = :stream and reason = :reason) same)")
                .bind("hash", hash)
                .bind("lookup", SuppressionRows.LOOKUP_KEY)
                .bind("address", RowKey.of(key).write(Places.SUPPRESSED_ADDRESS, e.address))
                .bind("version", key.wrapped().version())
                .bind("key", key.wrapped().wrapped())
                .bind("tenant", e.tenantId)
                .bind("plain", plain)
                .bind("stream", e.number)
                .bind("reason", e.reason)
                .execute();
        s.update("delete from mailer_suppression where tenant_id = :tenant and lookup_hash = :plain"
                        + " and stream_id = :stream and reason = :reason")
                .bind("tenant", e.tenantId)
                .bind("plain", plain)
                .bind("stream", e.number)
                .bind("reason", e.reason)
                .execute();
    }
}
