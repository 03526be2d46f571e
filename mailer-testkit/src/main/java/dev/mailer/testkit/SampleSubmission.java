// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.Address;
import dev.mailer.api.Email;
import dev.mailer.api.Experimental;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.WireCapabilities;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A mail as a transport is handed it, for tests of transports. Its recipients have ids that no other has. Immutable. */
@Experimental
public final class SampleSubmission implements Submission {
    private static final AtomicLong COUNTER = new AtomicLong();

    private final MessageId id;
    private final Parts parts;

    /** Writes the content. */
    @FunctionalInterface
    public interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    private record Parts(
            Destination destination,
            @Nullable Address sender,
            List<Recipient> recipients,
            Body body,
            long size,
            boolean smtpUtf8) {}

    private SampleSubmission(MessageId id, Parts parts) {
        this.id = id;
        this.parts = parts;
    }

    /** A short plain mail, with lines that begin with dots. */
    public static SampleSubmission to(String... recipients) {
        MessageId id = nextId();
        return of(
                id,
                Bytes.utf8("From: shop@example.com\r\nTo: " + recipients[0] + "\r\nSubject: Hello\r\n"
                        + "Message-ID: " + header(id)
                        + "\r\nDate: Thu, 01 Jan 2026 12:00:00 +0000\r\nMIME-Version: 1.0\r\n"
                        + "Content-Type: text/plain; charset=us-ascii\r\n\r\nHello\r\n.\r\n..dots\r\n"),
                recipients);
    }

    /** Any octets. */
    public static SampleSubmission of(Bytes content, String... recipients) {
        return of(nextId(), content, recipients);
    }

    private static SampleSubmission of(MessageId id, Bytes content, String... recipients) {
        List<Recipient> all = Arrays.stream(recipients)
                .map(r -> new Recipient(COUNTER.incrementAndGet(), Address.of(r), 1))
                .toList();
        Address sender = Address.of("shop@example.com");
        return new SampleSubmission(
                id, new Parts(new Destination("test"), sender, all, content::writeTo, content.length(), false));
    }

    private static MessageId nextId() {
        return SampleMessage.nextId(SampleMessage.ACCEPTED_AT);
    }

    private static String header(MessageId id) {
        return "<" + id + "@example.com>";
    }

    public SampleSubmission destination(Destination other) {
        return new SampleSubmission(
                id, new Parts(other, parts.sender, parts.recipients, parts.body, parts.size, parts.smtpUtf8));
    }

    /** Null for the empty reverse path. */
    public SampleSubmission sender(@Nullable Address other) {
        return new SampleSubmission(
                id, new Parts(parts.destination, other, parts.recipients, parts.body, parts.size, parts.smtpUtf8));
    }

    /** Content of unknown size, which may break while it is written. */
    public SampleSubmission body(Body other) {
        return new SampleSubmission(
                id, new Parts(parts.destination, parts.sender, parts.recipients, other, -1, parts.smtpUtf8));
    }

    public SampleSubmission needingSmtpUtf8() {
        return new SampleSubmission(
                id, new Parts(parts.destination, parts.sender, parts.recipients, parts.body, parts.size, true));
    }

    @Override
    public MessageId messageId() {
        return id;
    }

    @Override
    public Destination destination() {
        return parts.destination;
    }

    @Override
    public @Nullable Address sender() {
        return parts.sender;
    }

    @Override
    public List<Recipient> recipients() {
        return parts.recipients;
    }

    @Override
    public String messageIdHeader() {
        return header(id);
    }

    @Override
    public String idempotencyKey() {
        return id.toString();
    }

    @Override
    public long size(WireCapabilities capabilities) {
        return parts.size;
    }

    @Override
    public boolean needsSmtpUtf8() {
        return parts.smtpUtf8;
    }

    @Override
    public void writeTo(OutputStream out, WireCapabilities capabilities) throws IOException {
        parts.body.writeTo(out);
    }

    @Override
    public Email email() {
        Email.Builder email =
                Email.builder().from("shop@example.com").subject("Hello").text("Hello\n.\n..dots\n");
        parts.recipients.forEach(r -> email.to(r.address()));
        return email.build();
    }
}
