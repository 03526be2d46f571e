// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.dns;

import dev.mailer.api.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A question as it was read.
 *
 * @param encodedName the name as it was asked, for the echo
 * @param payload from EDNS, 0 without
 */
record DnsQuestion(int id, int flags, String name, Bytes encodedName, int type, int payload) {
    static final int AUTHENTICATED = 0x0020;
    private static final int HEADER = 12;
    private static final int OPT = 41;

    /** Null when these octets are no question that this server understands. */
    static @Nullable DnsQuestion read(byte[] octets, int length) {
        if (length < HEADER + 5 || u16(octets, 4) != 1) {
            return null;
        }
        StringBuilder name = new StringBuilder();
        int at = HEADER;
        while (at < length && octets[at] != 0) {
            int label = octets[at] & 0xFF;
            if (label > 63 || at + 1 + label >= length) {
                return null;
            }
            name.append(name.isEmpty() ? "" : ".")
                    .append(new String(octets, at + 1, label, StandardCharsets.ISO_8859_1));
            at += 1 + label;
        }
        int end = at + 1;
        if (end + 4 > length) {
            return null;
        }
        byte[] encoded = new byte[end - HEADER];
        System.arraycopy(octets, HEADER, encoded, 0, encoded.length);
        return new DnsQuestion(
                u16(octets, 0),
                u16(octets, 2),
                name.toString().toLowerCase(Locale.ROOT),
                Bytes.wrap(encoded),
                u16(octets, end),
                payload(octets, length, end + 4));
    }

    boolean hasEdns() {
        return payload > 0;
    }

    boolean wantsAuthenticated() {
        return (flags & AUTHENTICATED) != 0;
    }

    /** The first additional record, when it is the pseudo-record of EDNS: the root's name, its type, its size as class. */
    private static int payload(byte[] octets, int length, int at) {
        boolean isOpt = u16(octets, 10) > 0 && at + 5 <= length && octets[at] == 0 && u16(octets, at + 1) == OPT;
        return isOpt ? Math.max(512, u16(octets, at + 3)) : 0;
    }

    private static int u16(byte[] octets, int at) {
        return (octets[at] & 0xFF) << 8 | octets[at + 1] & 0xFF;
    }
}
