// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import java.util.Locale;

/** What SPF says of an address (RFC 7208 §2.6). */
enum SpfResult {
    NONE,
    NEUTRAL,
    PASS,
    FAIL,
    SOFTFAIL,
    TEMPERROR,
    PERMERROR;

    /** As the RFC writes it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
