// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.dns;

/** The types of records that {@link ScriptedDnsServer} knows; it answers questions for others too, that it has none. */
public enum DnsType {
    A(1),
    NS(2),
    CNAME(5),
    SOA(6),
    PTR(12),
    MX(15),
    TXT(16),
    AAAA(28),
    TLSA(52),
    OTHER(0);

    private final int code;

    DnsType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static DnsType of(int code) {
        for (DnsType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        return OTHER;
    }
}
