// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.util.Objects;

/**
 * One header field. The name is printable ASCII without a colon (RFC 5322 §2.2), at most 76 characters; the value holds no
 * CR, LF or NUL, at most 8,000 characters, and is encoded when composed where it is not ASCII.
 */
public record Header(String name, String value) {
    /** Longest name. */
    public static final int MAX_NAME = 76;
    /** Longest value in characters. */
    public static final int MAX_VALUE = 8_000;

    public Header {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        if (name.isEmpty() || name.length() > MAX_NAME) {
            throw new InvalidEmailException(
                    "header", "name has " + name.length() + " characters, allowed are 1 to " + MAX_NAME);
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c >= 127 || c == ':') {
                throw new InvalidEmailException(
                        "header",
                        "name holds the character U+" + String.format("%04X", (int) c) + " at " + i
                                + "; allowed is printable ASCII without ':'");
            }
        }
        if (value.length() > MAX_VALUE) {
            throw new InvalidEmailException(
                    "header", name + " has a value of " + value.length() + " characters, allowed are " + MAX_VALUE);
        }
        Lines.requireSingle("header", name, value);
    }
}
