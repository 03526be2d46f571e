// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.UnreadableException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.OutboxTransaction.Unmailable;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.internal.digest.AddressKeys;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
    private record Recipient(long delivery, long streamId, long messageId, String stored, Bytes hash) {}

    /** Of which entry there is one. */
    private record Place(String address, Reason reason) {}

    void suppress(List<Unmailable> recipients) throws SQLException {
        Map<String, Map<Place, Suppression>> byTenant = new TreeMap<>();
        for (Suppression entry : entries(recipients)) {
            byTenant.computeIfAbsent(entry.tenant(), t -> new LinkedHashMap<>())
                    .merge(
                            new Place(AddressKeys.of(entry.address()), entry.reason()),
                            entry,
                            (one, other) -> Ends.isLater(other.until(), one.until()) ? other : one);
        }
        for (Map.Entry<String, Map<Place, Suppression>> tenant : byTenant.entrySet()) {
            new SuppressionBatch(
                            statements,
                            ledger,
                            tenant.getKey(),
                            List.copyOf(tenant.getValue().values()))
                    .writeLater();
        }
    }

    private List<Suppression> entries(List<Unmailable> recipients) throws SQLException {
        Map<Long, Recipient> deliveries = new HashMap<>();
        for (Recipient r : ledger.dialect.byIds(
                statements,
                "select id, stream_id, message_id, recipient, lookup_hash from mailer_delivery where id",
                recipients.stream().map(Unmailable::deliveryId).distinct().toList(),
                row -> new Recipient(
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getString(4),
                        Bytes.wrap(row.getBytes(5))))) {
            deliveries.put(r.delivery, r);
        }
        Map<Long, RowKey> keys = ledger.keys.of(
                statements,
                deliveries.values().stream()
                        .map(Recipient::messageId)
                        .distinct()
                        .toList());
        List<Suppression> entries = new ArrayList<>();
        for (Unmailable one : recipients) {
            Recipient r = deliveries.get(one.deliveryId());
            Suppression entry = r == null ? null : entry(one, r, keys.getOrDefault(r.messageId, RowKey.ERASED));
            if (entry != null) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private @Nullable Suppression entry(Unmailable one, Recipient r, RowKey key) throws SQLException {
        if (r.stored.isEmpty() || key.isErased()) {
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
