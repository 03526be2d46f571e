// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.Page;
import dev.mailer.core.internal.digest.AddressKeys;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One page of messages. Reads messages from the place asked for until the page is full. */
final class Listing {
    private final MemoryLedger ledger;
    private final MessageQuery query;
    private final @Nullable String addressKey;

    Listing(MemoryLedger ledger, MessageQuery query) {
        this.ledger = ledger;
        this.query = query;
        String recipient = query.recipient();
        this.addressKey = recipient == null ? null : AddressKeys.of(recipient);
    }

    Page<MessageStatus> page(Function<MessageRow, MessageStatus> status) {
        boolean upwards = query.before() != null;
        List<MessageRow> found = new ArrayList<>();
        for (long key : keys(upwards)) {
            MessageRow row = Objects.requireNonNull(ledger.messages.get(key));
            if (matches(row)) {
                found.add(row);
            }
            if (found.size() > query.limit()) {
                break;
            }
        }
        boolean hasMore = found.size() > query.limit();
        List<MessageRow> page = new ArrayList<>(hasMore ? found.subList(0, query.limit()) : found);
        if (upwards) {
            Collections.reverse(page);
        }
        return new Page<>(page.stream().map(status).toList(), hasMore);
    }

    /** Keys in the direction of travel: away from the message that the query names. */
    private Collection<Long> keys(boolean upwards) {
        NavigableMap<MessageId, Long> keys = ledger.keys();
        MessageId before = query.before();
        MessageId after = query.after();
        if (upwards && before != null) {
            return keys.tailMap(before, false).values();
        }
        return (after == null ? keys : keys.headMap(after, false))
                .descendingMap()
                .values();
    }

    private boolean matches(MessageRow m) {
        var stored = m.stored();
        return stored.lane().tenant().equals(query.tenant())
                && (query.stream() == null || stored.lane().stream().equals(query.stream()))
                && (query.since() == null || !stored.acceptedAt().isBefore(query.since()))
                && (query.until() == null || stored.acceptedAt().isBefore(query.until()))
                && (query.state() == null || deliveries(m).anyMatch(d -> d.state() == query.state()))
                && (addressKey == null
                        || deliveries(m).anyMatch(d -> d.facts().addressKey().equals(addressKey)));
    }

    private Stream<DeliveryRow> deliveries(MessageRow m) {
        return m.deliveries().stream().map(id -> Objects.requireNonNull(ledger.deliveries.get(id)));
    }
}
