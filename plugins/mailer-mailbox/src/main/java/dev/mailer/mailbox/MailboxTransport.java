// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import dev.mailer.api.EnhancedCode;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.SmtpReply;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportCapabilities;
import dev.mailer.api.spi.WireCapabilities;
import dev.mailer.mailbox.MailboxMessage.Receipt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps mail in a {@link Mailbox}; plays the failures that {@link MagicAddress} names. */
final class MailboxTransport implements Transport {
    private static final Outcome TOO_LARGE = Outcome.ofReply(
            Phase.FINAL_REPLY,
            new SmtpReply(552, new EnhancedCode(5, 3, 4), "5.3.4 larger than the whole dev mailbox"),
            null);

    private final Mailbox mailbox;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final TransportCapabilities capabilities;

    MailboxTransport(Mailbox mailbox, InstantSource clock, Sleeper sleeper) {
        this.mailbox = mailbox;
        this.clock = clock;
        this.sleeper = sleeper;
        this.capabilities =
                TransportCapabilities.DEFAULT.maxRecipients(1_000).maxBatch(1).maxSize(mailbox.maxBytes());
    }

    @Override
    public String name() {
        return MailboxPlugin.SCHEME + ":";
    }

    @Override
    public TransportCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public void send(List<Submission> submissions, OutcomeSink outcomes) {
        for (Submission submission : submissions) {
            try {
                send(submission, outcomes);
            } catch (InterruptedException e) {
                // what was asked for and not reported counts as ambiguous, the rest as deferred
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public String toString() {
        return name();
    }

    private void send(Submission submission, OutcomeSink outcomes) throws InterruptedException {
        Map<Recipient, MagicAddress> kept = new LinkedHashMap<>();
        List<Receipt> receipts = new ArrayList<>();
        for (Recipient recipient : submission.recipients()) {
            MagicAddress magic = MagicAddress.of(recipient.address());
            receipts.add(new Receipt(
                    recipient.deliveryId(),
                    recipient.address(),
                    recipient.attempt(),
                    magic.outcome().kind(),
                    magic.reply()));
            if (magic.kept()) {
                kept.put(recipient, magic);
            } else {
                outcomes.report(submission, recipient, magic.outcome());
            }
        }
        if (kept.isEmpty()) {
            return;
        }
        Bytes raw = bytesOf(submission);
        if (raw.length() > mailbox.maxBytes()) {
            kept.keySet().forEach(recipient -> outcomes.report(submission, recipient, TOO_LARGE));
            return;
        }
        if (!outcomes.mayComplete(submission)) {
            return;
        }
        mailbox.add(number -> new MailboxMessage(
                number, submission.messageId(), clock.instant(), submission.sender(), receipts, raw));
        report(submission, kept, outcomes);
    }

    /** At once for those who need not wait, then once more after the longest delay. */
    private void report(Submission submission, Map<Recipient, MagicAddress> kept, OutcomeSink outcomes)
            throws InterruptedException {
        Duration longest = Duration.ZERO;
        for (Map.Entry<Recipient, MagicAddress> entry : kept.entrySet()) {
            MagicAddress magic = entry.getValue();
            if (magic.delay().isZero()) {
                outcomes.report(submission, entry.getKey(), magic.outcome());
            } else if (magic.delay().compareTo(longest) > 0) {
                longest = magic.delay();
            }
        }
        if (longest.isZero()) {
            return;
        }
        sleeper.sleep(longest);
        for (Map.Entry<Recipient, MagicAddress> entry : kept.entrySet()) {
            if (!entry.getValue().delay().isZero()) {
                outcomes.report(submission, entry.getKey(), entry.getValue().outcome());
            }
        }
    }

    private static Bytes bytesOf(Submission submission) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(
                (int) Math.max(1_024, Math.min(1 << 24, submission.size(WireCapabilities.FULL))));
        try {
            submission.writeTo(out, WireCapabilities.FULL);
        } catch (IOException e) {
            throw new UncheckedIOException("the mail could not be read", e);
        }
        return Bytes.wrap(out.toByteArray());
    }
}
