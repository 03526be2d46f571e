// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Address;
import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.SmtpReply;
import dev.mailer.api.spi.Submission;
import java.util.Objects;
import java.util.regex.Pattern;

/** What a server said, for the rules of shaping. */
record HeardReply(SmtpReply reply, Phase phase) {
    private static final Pattern OF_OTHERS = Pattern.compile(
            "(?: said: |\\bconnect to |\\blookup error for ).*", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

    /**
     * The reply of a failure that has one. A server that repeats an address must not be slowed down for the words that somebody chose to
     * have in it.
     */
    static HeardReply of(Failure failure, Submission submission, Recipient recipient) {
        Address sender = submission.sender();
        String text = without(Objects.requireNonNullElse(failure.text(), ""), recipient.address());
        String left = own(sender == null ? text : without(text, sender));
        return new HeardReply(new SmtpReply(failure.code(), failure.enhancedCode(), left), failure.phase());
    }

    /** Without what a server only repeats of others that it has asked. */
    private static String own(String text) {
        return OF_OTHERS.matcher(text).replaceAll("");
    }

    private static String without(String text, Address address) {
        return without(without(text, address.spec()), address.domain());
    }

    private static String without(String text, String words) {
        return Pattern.compile(words, Pattern.LITERAL | Pattern.CASE_INSENSITIVE)
                .matcher(text)
                .replaceAll("");
    }

    /** Said to the connection itself or to EHLO, also to that behind STARTTLS. */
    boolean isGreeting() {
        return phase == Phase.CONNECT || phase == Phase.TLS;
    }

    /** Said of a mail, over a session that was ready for it. */
    boolean isOfMail() {
        return phase.compareTo(Phase.MAIL_FROM) >= 0;
    }
}
