// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** As much of DER (X.690) as keys need: reads one element after the other, and wraps. Not thread-safe. */
final class Der {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OID = 0x06;
    static final int SEQUENCE = 0x30;

    private final byte[] octets;
    private int at;

    Der(byte[] octets) {
        this.octets = octets;
    }

    /** The tag of the next element; -1 at the end. */
    int peek() {
        return at < octets.length ? octets[at] & 0xff : -1;
    }

    /**
     * The content of the next element.
     *
     * @throws IllegalArgumentException another element follows, or it does not end within the octets
     */
    byte[] take(int tag) {
        if (peek() != tag) {
            throw new IllegalArgumentException("malformed DER at octet " + at);
        }
        at++;
        int length = length();
        if (length < 0 || length > octets.length - at) {
            throw new IllegalArgumentException(
                    "malformed DER: an element of " + length + " octets at octet " + at + " of " + octets.length);
        }
        at += length;
        return Arrays.copyOfRange(octets, at - length, at);
    }

    private int length() {
        int first = octet();
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = first & 0x7f; i > 0; i--) {
            length = length > 0x7fffff ? -1 : length << 8 | octet();
        }
        return first == 0x80 ? -1 : length;
    }

    private int octet() {
        if (at >= octets.length) {
            throw new IllegalArgumentException("malformed DER: it ends at octet " + at);
        }
        return octets[at++] & 0xff;
    }

    /** An element of the concatenated content. */
    static byte[] element(int tag, byte[]... content) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : content) {
            all.writeBytes(part);
        }
        int length = all.size();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length > 0xffff) {
            throw new IllegalArgumentException("an element of " + length + " octets is too long for a key");
        }
        if (length > 0xff) {
            out.write(0x82);
            out.write(length >> 8);
        } else if (length > 0x7f) {
            out.write(0x81);
        }
        out.write(length);
        out.writeBytes(all.toByteArray());
        return out.toByteArray();
    }
}
