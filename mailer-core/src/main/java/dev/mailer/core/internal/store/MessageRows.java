// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.NewMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** New rows of {@code mailer_message}: with their texts in columns of their own, or with one record that holds them encrypted. */
final class MessageRows {
    private static final List<String> FACTS = List.of(
            "id bigint",
            "tenant_id bigint",
            "stream_id bigint",
            "message_id uuid",
            "accepted_at bigint",
            "send_at bigint",
            "expires_at bigint",
            "policy int2",
            "message_id_header text",
            "key_version int4",
            "wrapped_key bytea");

    private static final String[] PLAIN = columns("sender text", "from_header text", "subject text", "tags text");
    private static final String[] SEALED = columns("sealed bytea");

    private final Ledger ledger;
    private final TableRows rows;

    MessageRows(Ledger ledger) {
        this.ledger = ledger;
        this.rows = new TableRows("mailer_message", ledger.cipher.isOn() ? SEALED : PLAIN);
    }

    private static String[] columns(String... texts) {
        List<String> all = new ArrayList<>(FACTS);
        all.addAll(List.of(texts));
        return all.toArray(String[]::new);
    }

    /** @param sealed what is encrypted; null where nothing is */
    void add(NewMessage m, LaneIds.Ids lane, long id, @Nullable SealedMessage sealed) {
        List<@Nullable Object> row = new ArrayList<>();
        row.add(id);
        row.add(lane.tenantId());
        row.add(lane.streamId());
        row.add(ledger.dialect.uuid(m.id().value()));
        row.add(Times.millis(m.acceptedAt()));
        row.add(millis(m.sendAt()));
        row.add(millis(m.expiresAt()));
        row.add(Codes.of(m.policy()));
        NewMessage.Summary s = m.summary();
        row.add(s.messageIdHeader());
        var key = sealed == null ? m.content().key() : sealed.key().wrapped();
        row.add(key.version());
        row.add(key.wrapped() == null ? null : key.wrapped().unsafeArray());
        if (sealed == null) {
            row.add(s.sender());
            row.add(s.from());
            row.add(s.subject());
            row.add(OutcomeText.writeTags(s.tags()));
        } else {
            row.add(sealed.summary().unsafeArray());
            ledger.keys.keep(id, sealed.rowKey(m));
        }
        rows.add(row.toArray());
    }

    TableRows rows() {
        return rows;
    }

    private static @Nullable Long millis(@Nullable Instant time) {
        return time == null ? null : Times.millis(time);
    }
}
