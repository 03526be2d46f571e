// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.EnhancedCode;
import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which failures say that an address cannot be mailed, now or later; by their codes (RFC 3463), never by their words. A failure that is about
 * this mail, its sender, a policy or a moment says nothing of the address.
 */
final class UnmailableOutcomes {
    /**
     * Of a reply to RCPT: no such mailbox, no such domain, no address, a mailbox that has moved, a domain that takes no mail (RFC 7505).
     */
    private static final Set<String> NO_SUCH_ADDRESS = Set.of("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10");

    /** Those of a bounce that are about the sender's address. */
    private static final Set<String> OF_SENDER = Set.of("5.1.7", "5.1.8");

    /** The mailbox as such: disabled, or nothing more is said. */
    private static final Set<String> OF_MAILBOX = Set.of("5.2.0", "5.2.1");

    private UnmailableOutcomes() {}

    /** For what a server answered to RCPT, and nothing that we found ourselves. */
    static boolean isRejection(@Nullable EventType event, @Nullable Failure failure) {
        if (event != EventType.REJECTED
                || failure == null
                || failure.phase() != Phase.RCPT_TO
                || failure.remoteHost() == null) {
            return false;
        }
        EnhancedCode enhanced = failure.enhancedCode();
        return failure.code() >= 500
                && failure.code() <= 599
                && enhanced != null
                && NO_SUCH_ADDRESS.contains(enhanced.toString());
    }

    /** For what was reported later. One that has no enhanced code is taken at its word: it calls itself permanent. */
    static boolean isBounce(@Nullable Failure failure) {
        if (failure == null || failure.retryable()) {
            return false;
        }
        EnhancedCode enhanced = failure.enhancedCode();
        if (enhanced == null) {
            return true;
        }
        String code = enhanced.toString();
        return code.startsWith("5.0.")
                || code.startsWith("5.1.") && !OF_SENDER.contains(code)
                || OF_MAILBOX.contains(code);
    }
}
