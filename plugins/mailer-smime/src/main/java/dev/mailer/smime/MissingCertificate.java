// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import dev.mailer.api.Experimental;

/** What happens to mail for a recipient that has no certificate. */
@Experimental
public enum MissingCertificate {
    /** It fails at once, with the reason {@code smime-no-certificate}. */
    REFUSE,
    /** It goes out without encryption, signed where the sender has an identity. */
    SEND_UNENCRYPTED
}
