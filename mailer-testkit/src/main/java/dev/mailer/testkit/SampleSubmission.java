// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.Address;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.WireCapabilities;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A short plain mail, ready for a transport. */
final class SampleSubmission implements Submission {
    private static final AtomicLong COUNTER = new AtomicLong();

    private final MessageId id = SampleMessage.nextId(SampleMessage.ACCEPTED_AT);
    private final Destination destination;
    private final List<Recipient> recipients = new ArrayList<>();
    private final Email email;
    private final Bytes bytes;
    private @Nullable IOException error;

    SampleSubmission(Destination destination, List<Address> recipients) {
        this.destination = destination;
        Email.Builder builder =
                Email.builder().from("shop@example.com").subject("Hello").text("Hello\n.\n..dots\n");
        for (Address address : recipients) {
            this.recipients.add(new Recipient(COUNTER.incrementAndGet(), address, 1));
            builder.to(address);
        }
        this.email = builder.build();
        this.bytes = Bytes.utf8("From: shop@example.com\r\nTo: "
                + recipients.get(0).spec() + "\r\nSubject: Hello\r\nMessage-ID: " + messageIdHeader()
                + "\r\nDate: Thu, 01 Jan 2026 12:00:00 +0000\r\nMIME-Version: 1.0\r\n"
                + "Content-Type: text/plain; charset=us-ascii\r\n\r\nHello\r\n.\r\n..dots\r\n");
    }

    /** The same, but it breaks when half of it is written. */
    SampleSubmission breaking(IOException error) {
        this.error = error;
        return this;
    }

    @Override
    public MessageId messageId() {
        return id;
    }

    @Override
    public Destination destination() {
        return destination;
    }

    @Override
    public Address sender() {
        return Address.of("bounces@example.com");
    }

    @Override
    public List<Recipient> recipients() {
        return List.copyOf(recipients);
    }

    @Override
    public String messageIdHeader() {
        return "<" + id + "@example.com>";
    }

    @Override
    public String idempotencyKey() {
        return id.toString();
    }

    @Override
    public long size(WireCapabilities capabilities) {
        return bytes.length();
    }

    @Override
    public boolean needsSmtpUtf8() {
        return false;
    }

    @Override
    public void writeTo(OutputStream out, WireCapabilities capabilities) throws IOException {
        if (error != null) {
            out.write(bytes.unsafeArray(), 0, bytes.length() / 2);
            throw error;
        }
        bytes.writeTo(out);
    }

    @Override
    public Email email() {
        return email;
    }
}
