// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A mechanism of a record (RFC 7208 §5).
 *
 * @param text as it is published
 * @param result what holds when it matches
 * @param target the domain it names, before macros are expanded; null for the current one
 * @param network of ip4 and ip6; null for the others
 * @param bits4 of an IPv4 address that must be equal
 * @param bits6 of an IPv6 address
 */
record SpfTerm(
        String text,
        SpfResult result,
        Kind kind,
        @Nullable String target,
        @Nullable InetAddress network,
        int bits4,
        int bits6) {
    /** The mechanisms. */
    enum Kind {
        ALL,
        INCLUDE,
        A,
        MX,
        PTR,
        IP4,
        IP6,
        EXISTS;

        /** RFC 7208 §4.6.4: those that cause questions. */
        boolean asks() {
            return this != ALL && this != IP4 && this != IP6;
        }
    }

    /** True when the address begins as the other does. */
    boolean covers(InetAddress own, InetAddress address) {
        byte[] a = own.getAddress();
        byte[] b = address.getAddress();
        if (a.length != b.length) {
            return false;
        }
        int bits = a.length == 4 ? bits4 : bits6;
        for (int i = 0; i * 8 < bits; i++) {
            int mask = 0xFF00 >> Math.min(8, bits - i * 8) & 0xFF;
            if (((a[i] ^ b[i]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
