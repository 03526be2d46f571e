// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import dev.mailer.api.Experimental;
import java.util.Locale;

/** What became of verifying a signature (RFC 8601 §2.7.1). */
@Experimental
public enum DkimStatus {
    /** It is good. */
    PASS,
    /** It does not fit the message, or has expired. */
    FAIL,
    /** It is malformed or not of a kind that is understood, so it says nothing. */
    NEUTRAL,
    /** The key could not be had just now. */
    TEMPERROR,
    /** It can never be verified: no key, a revoked or weak one, or a signature that is not accepted. */
    PERMERROR;

    /** As it stands in an Authentication-Results field. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
