// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.api.spi.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What an unsubscribe link carries, all of it, so that it works for as long as the key exists, also when the mail is gone from the ledger.
 *
 * @param deliveryId the delivery whose mail has the link
 * @param address the bare address
 */
record UnsubscribeToken(long deliveryId, String tenant, String stream, String address) {
    /** What tokens are signed for. */
    static final String PURPOSE = "unsubscribe";

    private static final byte VERSION = 1;

    /** A version, the id, then tenant and stream with a byte for their length, then the address. */
    Bytes toBytes() {
        byte[] ofTenant = tenant.getBytes(StandardCharsets.UTF_8);
        byte[] ofStream = stream.getBytes(StandardCharsets.UTF_8);
        byte[] ofAddress = address.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(11 + ofTenant.length + ofStream.length + ofAddress.length);
        out.put(VERSION).putLong(deliveryId);
        out.put(length(ofTenant)).put(ofTenant);
        out.put(length(ofStream)).put(ofStream);
        return Bytes.wrap(out.put(ofAddress).array());
    }

    /** Null for what {@link #toBytes} does not make. */
    static @Nullable UnsubscribeToken of(Bytes bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes.toByteArray());
        if (in.remaining() < 11 || in.get() != VERSION) {
            return null;
        }
        long deliveryId = in.getLong();
        String tenant = word(in);
        String stream = tenant == null ? null : word(in);
        if (tenant == null || stream == null || !in.hasRemaining()) {
            return null;
        }
        String address = StandardCharsets.UTF_8.decode(in).toString();
        return new UnsubscribeToken(deliveryId, tenant, stream, address);
    }

    /** The address as it is shown, so that a link which was passed on does not tell it: {@code j…@example.org}. */
    String maskedAddress() {
        int at = address.lastIndexOf('@');
        String local = address.substring(0, Math.max(at, 0));
        String first = local.isEmpty() ? "" : local.substring(0, local.offsetByCodePoints(0, 1));
        return first + "…" + address.substring(Math.max(at, 0));
    }

    /** The address is personal data. */
    @Override
    public String toString() {
        return "UnsubscribeToken[" + deliveryId + ", " + tenant + "/" + stream + "]";
    }

    private static @Nullable String word(ByteBuffer in) {
        int length = in.hasRemaining() ? in.get() & 0xFF : 0;
        if (length == 0 || length > in.remaining()) {
            return null;
        }
        byte[] word = new byte[length];
        in.get(word);
        return new String(word, StandardCharsets.UTF_8);
    }

    private static byte length(byte[] word) {
        if (word.length > 255) {
            throw new IllegalArgumentException("a name of " + word.length + " bytes; at most 255 fit into a token");
        }
        return (byte) word.length;
    }
}
