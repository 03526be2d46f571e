// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** A node of a message: header fields, each with its folds but without its last CRLF, and a body or further parts. */
sealed interface Part {
    List<String> headers();

    /** How a body goes on the wire (RFC 2045 §6). */
    enum Encoding {
        SEVEN_BIT("7bit"),
        QUOTED_PRINTABLE("quoted-printable"),
        BASE64("base64");

        private final String token;

        Encoding(String token) {
            this.token = token;
        }

        String token() {
            return token;
        }
    }

    /** Opens a body from its start, any number of times, always with the same bytes. */
    @FunctionalInterface
    interface Body {
        InputStream open() throws IOException;
    }

    record Leaf(List<String> headers, Encoding encoding, Body body) implements Part {}

    record Multi(List<String> headers, String boundary, List<Part> parts) implements Part {}
}
