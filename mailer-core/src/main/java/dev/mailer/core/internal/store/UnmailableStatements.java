// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.UnreadableException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.OutboxTransaction.Unmailable;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts recipients on the suppression list whose deliveries have shown that they are not to be mailed. */
final class UnmailableStatements {
    private final Statements statements;
    private final Ledger ledger;

    UnmailableStatements(Statements statements, Ledger ledger) {
        this.statements = statements;
        this.ledger = ledger;
    }

    /** What of a delivery is needed. */
    private record Recipient(long streamId, long messageId, String stored, Bytes hash) {}

    void suppress(List<Unmailable> recipients) throws SQLException {
        Map<String, List<Suppression>> byTenant = new TreeMap<>();
        for (Unmailable one : recipients) {
            Suppression entry = entry(one);
            if (entry != null) {
                byTenant.computeIfAbsent(entry.tenant(), t -> new ArrayList<>()).add(entry);
            }
        }
        for (Map.Entry<String, List<Suppression>> tenant : byTenant.entrySet()) {
            // one by one where an address comes twice: of equal ones the last counts in a batch, and here the strongest
            for (List<Suppression> batch : distinct(tenant.getValue())) {
                new SuppressionBatch(statements, ledger, tenant.getKey(), batch).writeStronger();
            }
        }
    }

    private static List<List<Suppression>> distinct(List<Suppression> entries) {
        boolean once = entries.stream().map(Suppression::address).distinct().count() == entries.size();
        return once ? List.of(entries) : entries.stream().map(List::of).toList();
    }

    private @Nullable Suppression entry(Unmailable one) throws SQLException {
        Recipient r = statements
                .sql("select stream_id, message_id, recipient, lookup_hash from mailer_delivery where id = ?")
                .with(one.deliveryId())
                .first(row ->
                        new Recipient(row.getLong(1), row.getLong(2), row.getString(3), Bytes.wrap(row.getBytes(4))));
        if (r == null || r.stored.isEmpty()) {
            return null;
        }
        RowKey key = ledger.keys.of(statements, List.of(r.messageId)).getOrDefault(r.messageId, RowKey.ERASED);
        if (key.isErased()) {
            return null;
        }
        try {
            String address = key.recipient(r.hash, r.stored);
            String tenant = ledger.lanes.lane(statements, r.streamId).tenant();
            return new Suppression(tenant, null, address, one.reason(), one.origin(), one.at(), one.until());
        } catch (UnreadableException e) {
            // whoever cannot be read cannot be mailed either
            return null;
        }
    }
}
