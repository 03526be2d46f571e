// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.FieldCipher.DataKey;
import dev.mailer.api.spi.SuppressionStore.Action;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.internal.digest.AddressKeys;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** New rows of the suppression list's history, within one transaction. */
final class SuppressionChanges {
    /** In {@code sealed}: the address is erased. */
    static final int ERASED = -1;

    private final Statements statements;
    private final Ledger ledger;
    private final TableRows rows = new TableRows(
            "mailer_suppression_change",
            "id bigint",
            "tenant_id bigint",
            "lookup_hash bytea",
            "lookup_key_version int4",
            "stream_id bigint",
            "removed int2",
            "reason text",
            "origin text",
            "at bigint",
            "until_at bigint",
            "address text",
            "sealed int2",
            "event_id bigint");

    SuppressionChanges(Statements statements, Ledger ledger) {
        this.statements = statements;
        this.ledger = ledger;
    }

    void add(long tenantId, long stream, Action action, Suppression entry) throws SQLException {
        add(ledger.ids.next(statements), tenantId, stream, action, entry, null);
    }

    /** @param eventId of the event about the address alone that goes with it; null for none */
    void add(long id, long tenantId, long stream, Action action, Suppression entry, @Nullable Long eventId) {
        String address = AddressKeys.of(entry.address());
        Bytes hash = ledger.cipher.lookupHash(entry.tenant(), address);
        Instant until = entry.until();
        boolean sealed = ledger.cipher.isOn();
        rows.add(
                id,
                tenantId,
                hash.unsafeArray(),
                sealed ? SuppressionRows.LOOKUP_KEY : 0,
                stream,
                action == Action.REMOVED ? 1 : 0,
                entry.reason().name(),
                entry.origin(),
                Times.millis(entry.at()),
                until == null ? null : (Long) Times.millis(until),
                key(ledger, sealed ? 1 : 0).write(Places.suppressionChange(id), address),
                sealed ? 1 : 0,
                eventId);
    }

    void write() throws SQLException {
        ledger.dialect.insert(statements, List.of(rows));
    }

    /** Takes the address out of the history, and what was said of it out of the events about it alone. */
    static void forget(Statements s, long tenantId, List<Bytes> hashes) throws SQLException {
        String own = " where tenant_id = ? and " + SuppressionRows.isOneOf(hashes);
        Bound events = s.sql("update mailer_event set detail = null where id in (select event_id from"
                        + " mailer_suppression_change" + own + " and event_id is not null)")
                .with(tenantId);
        Bound changes = s.sql("update mailer_suppression_change set address = '', sealed = " + ERASED + own)
                .with(tenantId);
        for (Bytes hash : hashes) {
            events.with(hash);
            changes.with(hash);
        }
        events.update();
        changes.update();
        WebhookAnswers.forgetAddress(s, tenantId, hashes);
    }

    /** How the address of a row is kept, and what was said about it. */
    static RowKey key(Ledger ledger, int sealed) {
        DataKey texts = ledger.texts;
        return sealed == 0 ? RowKey.PLAIN : sealed == ERASED || texts == null ? RowKey.ERASED : RowKey.of(texts);
    }

    /** The address of a row, for people. */
    static String address(Ledger ledger, ResultSet r, String id, String sealed, String address) throws SQLException {
        return key(ledger, r.getInt(sealed)).shown(Places.suppressionChange(r.getLong(id)), r.getString(address));
    }
}
