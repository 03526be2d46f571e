// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import java.net.Inet4Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Reads the networks of ip4 and ip6 (RFC 7208 §5.6). */
final class SpfNetwork {
    private SpfNetwork() {}

    static SpfTerm of(String term, SpfResult result, String name, String address, @Nullable String bits)
            throws SpfException {
        boolean four = name.endsWith("4");
        InetAddress network = AddressText.parse(address);
        // an IPv4 address in IPv6 notation is one of ip6 to the record and of ip4 to the platform: it can match nothing
        boolean mapped = !four && address.contains(":") && network instanceof Inet4Address;
        if (network == null || !mapped && network instanceof Inet4Address != four) {
            throw SpfException.permanent(
                    "'" + Findings.word(term) + "' has no " + (four ? "IPv4" : "IPv6") + " address");
        }
        return new SpfTerm(
                term,
                result,
                four ? SpfTerm.Kind.IP4 : SpfTerm.Kind.IP6,
                null,
                network,
                four ? bits(bits, 32, term) : 32,
                four ? 128 : bits(bits, 128, term));
    }

    static int bits(@Nullable String digits, int most, String term) throws SpfException {
        if (digits == null) {
            return most;
        }
        if (digits.length() > 3 || digits.length() > 1 && digits.startsWith("0") || Integer.parseInt(digits) > most) {
            throw SpfException.permanent(
                    "'" + Findings.word(term) + "' has /" + Findings.word(digits) + ", allowed are 0 to " + most);
        }
        return Integer.parseInt(digits);
    }
}
