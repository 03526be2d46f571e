// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Bytes;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A token taken apart: the version of its key in one byte, or two from 128 on, and what is sealed with it; as text in the alphabet of
 * RFC 4648 §5, without padding. Each has one text only.
 */
record TokenText(int version, Bytes sealed) {
    /** Characters of the longest one. */
    static final int MOST = 16 * 1024;

    /** The highest version that fits. */
    static final int LAST_VERSION = 0x7fff;

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int ONE_BYTE = 0x80;
    /** Characters that have the version, and less than the shortest token. */
    private static final int HEAD = 4;

    /** Null for what is no token. */
    static @Nullable TokenText read(String text) {
        if (text.length() < HEAD || text.length() > MOST) {
            return null;
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
        int at = bytes.length > 0 && bytes[0] < 0 ? 2 : 1;
        if (bytes.length <= at) {
            return null;
        }
        int version = version(bytes);
        boolean shortest = at == 1 || version >= ONE_BYTE;
        return shortest && isOnlyText(bytes, text)
                ? new TokenText(version, Bytes.wrap(Arrays.copyOfRange(bytes, at, bytes.length)))
                : null;
    }

    /** A decoder takes more than one text for the same bytes: with padding, and with bits behind the last byte. */
    private static boolean isOnlyText(byte[] bytes, String text) {
        int end = bytes.length % 3;
        String last = BASE64.encodeToString(Arrays.copyOfRange(bytes, bytes.length - end, bytes.length));
        return text.endsWith(last) && text.length() == bytes.length / 3 * 4 + last.length();
    }

    /** The version of a text that may be a token; null for one that is none for certain. */
    static @Nullable Integer version(String text) {
        try {
            return text.length() < HEAD
                    ? null
                    : (Integer) version(Base64.getUrlDecoder().decode(text.substring(0, HEAD)));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static int version(byte[] bytes) {
        return bytes[0] >= 0 ? bytes[0] : (bytes[0] & 0x7f) << 8 | bytes[1] & 0xff;
    }

    String write() {
        int at = version < ONE_BYTE ? 1 : 2;
        byte[] text = sealed.unsafeArray();
        byte[] bytes = new byte[at + text.length];
        if (at == 1) {
            bytes[0] = (byte) version;
        } else {
            bytes[0] = (byte) (ONE_BYTE | version >> 8);
            bytes[1] = (byte) version;
        }
        System.arraycopy(text, 0, bytes, at, text.length);
        return BASE64.encodeToString(bytes);
    }
}
