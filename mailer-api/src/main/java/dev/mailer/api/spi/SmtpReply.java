// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.EnhancedCode;
import org.jspecify.annotations.Nullable;

/**
 * A complete SMTP reply (RFC 5321 §4.2): code 200 to 599, the enhanced code when the text begins with one of the same class
 * (RFC 2034 §4), and the text of all lines joined by a blank, without codes.
 */
public record SmtpReply(int code, @Nullable EnhancedCode enhancedCode, String text) {
    public SmtpReply {
        if (code < 200 || code > 599) {
            throw new IllegalArgumentException("SMTP reply code " + code + " is not 200 to 599");
        }
    }

    /**
     * As an answer to RCPT: this transaction has as many recipients as the server takes (RFC 5321 §4.5.3.1.10). 552 is an old
     * spelling of 452; an enhanced code may say that it is something else, such as the mailbox (RFC 3463 §3.3).
     */
    public boolean isTooManyRecipients() {
        return (code == 452 || code == 552)
                && (enhancedCode == null || (enhancedCode.subject() == 5 && enhancedCode.detail() == 3));
    }

    public boolean isPositive() {
        return code < 400;
    }
}
