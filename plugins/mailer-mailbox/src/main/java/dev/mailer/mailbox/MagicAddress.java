// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import dev.mailer.api.Address;
import dev.mailer.api.EnhancedCode;
import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.SmtpReply;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What the last {@code +suffix} of a recipient's local part asks the mailbox to play, so that every way a mail can fail is
 * reached by choosing an address.
 *
 * @param suffix what is behind the last plus, in lower case; empty for all other addresses
 * @param meaning for the help page
 * @param outcome what is reported
 * @param kept whether the mail is in the mailbox afterwards
 * @param delay how long the answer takes
 */
record MagicAddress(String suffix, String meaning, Outcome outcome, boolean kept, Duration delay) {
    static final MagicAddress NONE =
            new MagicAddress("", "Accepted.", Outcome.accepted("250 2.1.5 kept", null), true, Duration.ZERO);

    /** All but the reply codes. */
    static final List<MagicAddress> NAMED = List.of(
            refused("bounce", "Rejected for good: no such mailbox.", Phase.RCPT_TO, 550, "5.1.1 no such mailbox"),
            // behind the data, where 552 is clear even to who does not look at 5.2.2 (RFC 5321 §4.5.3.1.10)
            refused("full", "Rejected for good: the mailbox is full.", Phase.FINAL_REPLY, 552, "5.2.2 mailbox full"),
            refused("defer", "Deferred: this recipient is tried again later.", Phase.RCPT_TO, 451, "4.2.0 try later"),
            new MagicAddress(
                    "slow", "Accepted, but the answer takes 5 seconds.", NONE.outcome(), true, Duration.ofSeconds(5)),
            new MagicAddress(
                    "ambiguous",
                    "Kept, but the answer is lost: the mail's policy decides what happens next.",
                    Outcome.ofNoReply(Phase.FINAL_REPLY, "connection-lost", "the dev mailbox plays a lost reply", null),
                    true,
                    Duration.ZERO),
            refused(
                    "misconfigured",
                    "Refused as if our own credentials were wrong; the whole transport is held.",
                    Phase.AUTH,
                    535,
                    "5.7.8 the dev mailbox plays wrong credentials"));

    /** What this recipient asks for. */
    static MagicAddress of(Address recipient) {
        String local = recipient.localPart();
        int plus = local.lastIndexOf('+');
        if (plus < 0) {
            return NONE;
        }
        String suffix = local.substring(plus + 1).toLowerCase(Locale.ROOT);
        for (MagicAddress magic : NAMED) {
            if (magic.suffix.equals(suffix)) {
                return magic;
            }
        }
        return suffix.matches("[45][0-9]{2}")
                ? refused(suffix, "", Phase.RCPT_TO, Integer.parseInt(suffix), "the dev mailbox plays this reply")
                : NONE;
    }

    /** What was answered, as far as anything was. */
    String reply() {
        Failure failure = outcome.failure();
        if (outcome.reply() != null || failure == null) {
            return outcome.reply() == null ? "" : outcome.reply();
        }
        return failure.enhancedCode() == null ? failure.text() : failure.enhancedCode() + " " + failure.text();
    }

    private static MagicAddress refused(String suffix, String meaning, Phase phase, int code, String text) {
        EnhancedCode enhanced = EnhancedCode.find(text);
        String words = enhanced == null ? text : text.substring(text.indexOf(' ') + 1);
        Outcome outcome = Outcome.ofReply(phase, new SmtpReply(code, enhanced, words), null);
        return new MagicAddress(suffix, meaning, outcome, false, Duration.ZERO);
    }
}
