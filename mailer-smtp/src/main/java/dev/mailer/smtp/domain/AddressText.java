// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Addresses as texts: as people write them, and as names of the reverse tree (RFC 1035 §3.5, RFC 3596 §2.5). */
final class AddressText {
    private AddressText() {}

    /** Null when it is none. Nothing but digits and colons gets to the platform, which would ask DNS for the rest. */
    static @Nullable InetAddress parse(String text) {
        String octet = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
        if (!text.matches(octet + "(?:\\." + octet + "){3}") && !text.matches("[0-9A-Fa-f]*:[0-9A-Fa-f:.]{1,45}")) {
            return null;
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Octets or, for IPv6, half octets with dots between, as the macro {@code i} has them. */
    static String dotted(InetAddress address) {
        if (address instanceof Inet4Address) {
            return address.getHostAddress();
        }
        StringBuilder text = new StringBuilder(64);
        for (byte octet : address.getAddress()) {
            text.append(text.isEmpty() ? "" : ".")
                    .append(Character.forDigit(octet >> 4 & 15, 16))
                    .append('.')
                    .append(Character.forDigit(octet & 15, 16));
        }
        return text.toString();
    }

    /** Where the names of an address are. */
    static String reverse(InetAddress address) {
        StringBuilder name = new StringBuilder(72);
        String[] parts = dotted(address).split("\\.", -1);
        for (int i = parts.length - 1; i >= 0; i--) {
            name.append(parts[i]).append('.');
        }
        return name.append(address instanceof Inet4Address ? "in-addr.arpa" : "ip6.arpa")
                .toString();
    }
}
