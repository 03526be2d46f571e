// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Address;
import dev.mailer.api.EnhancedCode;
import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.WireCapabilities;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands that name sender and recipients of a submission to a server, and whether the two fit. */
final class MailCommand {
    private final Submission submission;
    private final Extensions extensions;
    private final WireCapabilities wire;
    private final @Nullable DeliveryNotices notices;
    private @Nullable Long size;

    private MailCommand(Submission submission, Extensions extensions, DeliveryNotices notices) {
        this.submission = submission;
        this.extensions = extensions;
        this.notices = extensions.has("DSN") && notices.areAsked() ? notices : null;
        WireCapabilities offered = extensions.wire();
        this.wire = new WireCapabilities(offered.eightBit(), offered.smtpUtf8() && submission.needsSmtpUtf8());
    }

    static MailCommand of(Submission submission, SmtpSession session) {
        return new MailCommand(submission, session.extensions(), session.notices());
    }

    /** What the content may be written with: UTF-8 in its header only where MAIL says SMTPUTF8 (RFC 6531 §3.6). */
    WireCapabilities wire() {
        return wire;
    }

    /** Why this server cannot take this mail, whatever it would answer; null when nothing speaks against it. */
    @Nullable
    Failure unfit(String remote) {
        if (submission.needsSmtpUtf8() && !wire.smtpUtf8()) {
            return Failure.builder("smtputf8-unavailable", Phase.MAIL_FROM)
                    .enhancedCode(new EnhancedCode(5, 6, 7))
                    .text("the mail needs SMTPUTF8 (RFC 6531) and the server does not offer it")
                    .remoteHost(remote)
                    .build();
        }
        if (submission.needsEightBit() && !wire.eightBit()) {
            return Failure.builder("8bitmime-unavailable", Phase.MAIL_FROM)
                    .enhancedCode(new EnhancedCode(5, 6, 3))
                    .text(
                            "the mail was given with an 8-bit body (RFC 6152), which may be signed, and the server does not offer 8BITMIME")
                    .remoteHost(remote)
                    .build();
        }
        long size = size();
        if (size > extensions.maxSize()) {
            return Failure.builder("message-too-large", Phase.MAIL_FROM)
                    .enhancedCode(new EnhancedCode(5, 3, 4))
                    .text(size + " octets, the server takes " + extensions.maxSize() + " (SIZE, RFC 1870)")
                    .remoteHost(remote)
                    .build();
        }
        return null;
    }

    /** Measured only after it is clear that the server can take what would be written. */
    private long size() {
        Long known = size;
        if (known == null) {
            known = submission.size(wire);
            size = known;
        }
        return known;
    }

    /** The command, and a RCPT for each of these. */
    List<String> lines(List<Recipient> recipients) {
        List<String> lines = new ArrayList<>(recipients.size() + 1);
        lines.add(line());
        for (Recipient recipient : recipients) {
            String notice = notices == null ? "" : notices.ofRecipient(recipient.address());
            lines.add("RCPT TO:<" + recipient.address().spec() + ">" + notice);
        }
        return lines;
    }

    /**
     * The command with SIZE (RFC 1870 §3), BODY (RFC 6152 §3: the content may be 8-bit) and SMTPUTF8 (RFC 6531 §3.4), each
     * only where the server knows it.
     */
    private String line() {
        Address sender = submission.sender();
        StringBuilder line = new StringBuilder(80)
                .append("MAIL FROM:<")
                .append(sender == null ? "" : sender.spec())
                .append('>');
        if (extensions.has("SIZE") && size() >= 0) {
            line.append(" SIZE=").append(size());
        }
        if (wire.eightBit()) {
            line.append(" BODY=8BITMIME");
        }
        if (submission.needsSmtpUtf8()) {
            line.append(" SMTPUTF8");
        }
        if (notices != null) {
            line.append(notices.ofMail(submission.messageId().toString()));
        }
        return line.toString();
    }

    /** True when no address of the envelope can end a command or begin another. */
    static boolean isSafe(Submission submission) {
        boolean utf8 = submission.needsSmtpUtf8();
        Address sender = submission.sender();
        if (sender != null && !CommandText.isSafePath(sender.spec(), utf8)) {
            return false;
        }
        for (Recipient recipient : submission.recipients()) {
            if (!CommandText.isSafePath(recipient.address().spec(), utf8)) {
                return false;
            }
        }
        return true;
    }
}
