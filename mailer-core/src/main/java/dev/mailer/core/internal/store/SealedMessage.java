// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.FieldCipher;
import dev.mailer.api.spi.FieldCipher.DataKey;
import dev.mailer.api.spi.NewMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What of a message is encrypted, in the form of its rows. Made on the submitting thread, because the one writer has enough to do.
 *
 * @param summary sender, From, subject and tags
 * @param recipients in the order of the deliveries
 */
record SealedMessage(
        DataKey key,
        Bytes summary,
        Bytes document,
        @Nullable Bytes raw,
        List<String> recipients) implements NewMessage.Sealed {
    /** Addresses of one message that are kept in memory. */
    private static final int MOST_KNOWN = 8;

    static SealedMessage of(FieldCipher cipher, NewMessage m) {
        DataKey key = cipher.newKey(Places.message(m.lane().tenant(), m.id().value()));
        RowKey texts = RowKey.of(key);
        Bytes raw = m.content().raw();
        List<String> recipients = new ArrayList<>(m.deliveries().size());
        for (NewMessage.NewDelivery d : m.deliveries()) {
            recipients.add(Objects.requireNonNull(texts.write(Places.recipient(d.lookupHash()), d.address())));
        }
        return new SealedMessage(
                key,
                Bytes.wrap(key.encrypt(Places.SUMMARY, SummaryText.write(m.summary()))),
                Bytes.wrap(key.encrypt(Places.DOCUMENT, m.content().document().unsafeArray())),
                raw == null ? null : Bytes.wrap(key.encrypt(Places.RAW, raw.unsafeArray())),
                recipients);
    }

    /** That of the message, made now where the submitting thread did not. */
    static SealedMessage in(FieldCipher cipher, NewMessage m) {
        return m.sealed() instanceof SealedMessage sealed ? sealed : of(cipher, m);
    }

    /** The key, for those who ask for it soon; with the addresses, unless they are many. */
    RowKey rowKey(NewMessage m) {
        if (recipients.size() > MOST_KNOWN) {
            return RowKey.of(key);
        }
        Map<Bytes, RowKey.Known> known = new HashMap<>();
        for (int i = 0; i < recipients.size(); i++) {
            NewMessage.NewDelivery d = m.deliveries().get(i);
            known.put(d.lookupHash(), new RowKey.Known(recipients.get(i), d.address()));
        }
        return RowKey.of(key, Map.copyOf(known));
    }

    @Override
    public String toString() {
        return "SealedMessage[" + recipients.size() + " recipients]";
    }
}
