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

    public boolean isPositive() {
        return code < 400;
    }
}
