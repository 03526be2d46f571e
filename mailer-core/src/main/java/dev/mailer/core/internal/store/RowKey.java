// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.UnreadableException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.FieldCipher;
import dev.mailer.api.spi.FieldCipher.DataKey;
import dev.mailer.api.spi.FieldCipher.WrappedKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the texts of a message, a blob or a suppression are kept: in the clear, under a data key, erased, or under a key that cannot be opened. Immutable. */
final class RowKey {
    /** In {@code key_version}: the message was erased, and its key with it. */
    static final int ERASED_VERSION = -1;

    /** Nothing is encrypted. */
    static final RowKey PLAIN = new RowKey(null, null, Map.of());
    /** Nothing is left. */
    static final RowKey ERASED = new RowKey(null, null, Map.of());

    private final @Nullable DataKey key;
    private final @Nullable UnreadableException trouble;
    /** Addresses that were encrypted here a moment ago, by their look-up hashes. */
    private final Map<Bytes, Known> recipients;

    /** An address and what was stored for it. */
    record Known(String stored, String address) {
        @Override
        public String toString() {
            return "Known";
        }
    }

    private RowKey(@Nullable DataKey key, @Nullable UnreadableException trouble, Map<Bytes, Known> recipients) {
        this.key = key;
        this.trouble = trouble;
        this.recipients = recipients;
    }

    static RowKey of(DataKey key) {
        return new RowKey(key, null, Map.of());
    }

    /** That of a message which was encrypted here. */
    static RowKey of(DataKey key, Map<Bytes, Known> recipients) {
        return new RowKey(key, null, recipients);
    }

    /** Opens what is stored; what keeps it shut is told when something is read with it. */
    static RowKey open(FieldCipher cipher, String owner, int version, byte @Nullable [] wrapped) {
        if (version == WrappedKey.NONE.version()) {
            return PLAIN;
        }
        if (version == ERASED_VERSION) {
            return ERASED;
        }
        try {
            return of(cipher.open(owner, new WrappedKey(version, wrapped == null ? null : Bytes.wrap(wrapped))));
        } catch (UnreadableException e) {
            return new RowKey(null, e, Map.of());
        }
    }

    boolean isPlain() {
        return this == PLAIN;
    }

    boolean isErased() {
        return this == ERASED;
    }

    /** True when texts can be written so that they can be read again and nobody else reads them. */
    boolean isUsable() {
        return isPlain() || key != null;
    }

    /** As it is stored. */
    @Nullable
    String write(String place, @Nullable String text) {
        if (text == null || isPlain()) {
            return text;
        }
        byte[] sealed = usable().encrypt(place, text.getBytes(StandardCharsets.UTF_8));
        return new String(Base64.getEncoder().encode(sealed), StandardCharsets.ISO_8859_1);
    }

    /** As it is stored. */
    byte[] write(String place, byte[] plain) {
        return isPlain() ? plain : usable().encrypt(place, plain);
    }

    /** @throws UnreadableException it was altered or moved, or the key cannot be opened */
    @Nullable
    String read(String place, @Nullable String stored) {
        if (stored == null || isPlain()) {
            return stored;
        }
        return new String(usable().decrypt(place, decode(place, stored)), StandardCharsets.UTF_8);
    }

    /** @throws UnreadableException it was altered or moved, or the key cannot be opened */
    byte @Nullable [] read(String place, byte @Nullable [] stored) {
        return stored == null || isPlain() ? stored : usable().decrypt(place, stored);
    }

    /**
     * The address of a delivery; what is stored as it was written here needs no second look.
     *
     * @throws UnreadableException it was altered or moved, or the key cannot be opened
     */
    String recipient(Bytes lookupHash, String stored) {
        Known known = recipients.get(lookupHash);
        return known != null && known.stored.equals(stored)
                ? known.address
                : String.valueOf(read(Places.recipient(lookupHash), stored));
    }

    /** As {@link #read(String, String)}, for people: what cannot be read says so, and what was erased is empty. */
    String shown(String place, String stored) {
        if (isErased()) {
            return "";
        }
        try {
            return String.valueOf(read(place, stored));
        } catch (UnreadableException e) {
            return unreadable(e);
        }
    }

    /** What is shown in place of a text. */
    static String unreadable(UnreadableException e) {
        return e.isKeyMissing()
                ? "(unreadable: its master key is not configured)"
                : "(unreadable: altered in the store)";
    }

    private DataKey usable() {
        if (trouble != null) {
            throw trouble;
        }
        if (key == null) {
            throw UnreadableException.altered("a text of an erased message", null);
        }
        return key;
    }

    private static byte[] decode(String place, String stored) {
        try {
            return Base64.getDecoder().decode(stored);
        } catch (IllegalArgumentException e) {
            throw UnreadableException.altered(place, e);
        }
    }
}
