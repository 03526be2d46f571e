// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.api.Experimental;

/**
 * A record to publish, in place of the one that is there where a name may have one only.
 *
 * @param name without a dot at its end
 * @param type such as {@code TXT}
 * @param value the text of a TXT record as a whole, the name in a PTR record, the address in an A or AAAA record
 */
@Experimental
public record DnsRecord(String name, String type, String value) {
    /** Most characters of one string of a TXT record (RFC 1035 §3.3.14). */
    private static final int MAX_STRING = 255;

    static DnsRecord txt(String name, String text) {
        return new DnsRecord(name, "TXT", text);
    }

    /** The record as a line of a zone file; a long text in several strings. */
    public String zoneLine() {
        return name + ". IN " + type + ' '
                + (type.equals("TXT") ? strings() : type.equals("PTR") ? value + '.' : value);
    }

    private String strings() {
        StringBuilder line = new StringBuilder();
        String escaped;
        for (int from = 0; from == 0 || from < value.length(); from += MAX_STRING) {
            escaped = value.substring(from, Math.min(value.length(), from + MAX_STRING))
                    .replace("\\", "\\\\")
                    .replace("\"", "\\\"");
            line.append(from == 0 ? "\"" : " \"").append(escaped).append('"');
        }
        return line.toString();
    }

    @Override
    public String toString() {
        return zoneLine();
    }
}
