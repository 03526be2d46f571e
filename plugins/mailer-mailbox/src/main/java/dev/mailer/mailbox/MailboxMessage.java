// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import dev.mailer.api.Address;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Outcome;
import dev.mailer.mailbox.mime.HeaderFields;
import dev.mailer.mailbox.mime.ParsedMail;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One mail as the mailbox took it: the exact bytes, the envelope and what was answered to whom. Immutable and thread-safe. */
public final class MailboxMessage {
    /**
     * What became of one recipient.
     *
     * @param reply what the mailbox answered, such as {@code 250 2.1.5 kept}
     */
    public record Receipt(long deliveryId, Address address, int attempt, Outcome.Kind outcome, String reply) {
        /** Id, attempt and outcome; the address is personal data. */
        @Override
        public String toString() {
            return "Receipt[" + deliveryId + ", attempt=" + attempt + ", " + outcome + "]";
        }
    }

    private final long number;
    private final MessageId messageId;
    private final Instant receivedAt;
    private final @Nullable Address sender;
    private final List<Receipt> receipts;
    private final Bytes raw;
    private final String from;
    private final String to;
    private final String subject;

    MailboxMessage(
            long number,
            MessageId messageId,
            Instant receivedAt,
            @Nullable Address sender,
            List<Receipt> receipts,
            Bytes raw) {
        this.number = number;
        this.messageId = messageId;
        this.receivedAt = receivedAt;
        this.sender = sender;
        this.receipts = List.copyOf(receipts);
        this.raw = raw;
        HeaderFields header = HeaderFields.ofMail(raw.unsafeArray());
        this.from = header.decoded("From");
        this.to = header.decoded("To");
        this.subject = header.decoded("Subject");
    }

    /** Counts the mails of this mailbox, from 1; the last part of the message's page address. */
    public long number() {
        return number;
    }

    /** The id that {@code send} returned. */
    public MessageId messageId() {
        return messageId;
    }

    public Instant receivedAt() {
        return receivedAt;
    }

    /** The envelope sender; null is the empty reverse-path. */
    public @Nullable Address sender() {
        return sender;
    }

    /** The envelope recipients of this submission, those refused by a magic address included. */
    public List<Receipt> receipts() {
        return receipts;
    }

    /** The mail as it would have gone on the wire, with CRLF line ends. */
    public Bytes raw() {
        return raw;
    }

    /** Bytes of {@link #raw()}. */
    public int size() {
        return raw.length();
    }

    /** The From header, decoded; empty when there is none. */
    public String from() {
        return from;
    }

    /** The To header, decoded; empty when there is none. */
    public String to() {
        return to;
    }

    /** The Subject header, decoded; empty when there is none. */
    public String subject() {
        return subject;
    }

    /** The plain text, decoded, at most 1 MiB of it; empty when there is none. Read anew on each call. */
    public String text() {
        return parse().text();
    }

    /** The HTML as it was sent, decoded, at most 1 MiB of it; empty when there is none. Read anew on each call. */
    public String html() {
        return parse().html();
    }

    ParsedMail parse() {
        return ParsedMail.of(raw.unsafeArray());
    }

    boolean matches(String words) {
        String wanted = words.strip().toLowerCase(Locale.ROOT);
        if (holds(from, wanted) || holds(to, wanted) || holds(subject, wanted)) {
            return true;
        }
        for (Receipt receipt : receipts) {
            if (holds(receipt.address().spec(), wanted)) {
                return true;
            }
        }
        if (holds(messageId.toString(), wanted)) {
            return true;
        }
        ParsedMail parsed = parse();
        return holds(parsed.text(), wanted) || holds(HtmlPreview.visibleText(parsed.html()), wanted);
    }

    /** Number and id; the rest is personal data. */
    @Override
    public String toString() {
        return "MailboxMessage[" + number + ", " + messageId + ", " + size() + " bytes]";
    }

    private static boolean holds(String text, String lowerCase) {
        return text.toLowerCase(Locale.ROOT).contains(lowerCase);
    }
}
