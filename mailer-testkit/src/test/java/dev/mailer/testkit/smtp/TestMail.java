// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import dev.mailer.api.Address;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.WireCapabilities;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A submission of given octets. */
class TestMail implements Submission {
    static final String SENDER = "shop@example.com";

    private final byte[] content;
    private final Address sender;
    private final List<Recipient> recipients = new ArrayList<>();

    TestMail(byte[] content, Address sender, String... recipients) {
        this.content = content;
        this.sender = sender;
        for (String recipient : recipients) {
            this.recipients.add(new Recipient(this.recipients.size() + 1, Address.of(recipient), 1));
        }
    }

    static TestMail to(String... recipients) {
        return of("Subject: hello\r\n\r\nHello.\r\n", recipients);
    }

    static TestMail of(String content, String... recipients) {
        return new TestMail(content.getBytes(StandardCharsets.UTF_8), Address.of(SENDER), recipients);
    }

    static TestMail ofSize(int octets) {
        return of(("x".repeat(70) + "\r\n").repeat(octets / 72 + 1), "jo@example.org");
    }

    @Override
    public MessageId messageId() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Destination destination() {
        return new Destination("test");
    }

    @Override
    public Address sender() {
        return sender;
    }

    @Override
    public List<Recipient> recipients() {
        return recipients;
    }

    @Override
    public String messageIdHeader() {
        return "<1@example.com>";
    }

    @Override
    public String idempotencyKey() {
        return "key";
    }

    @Override
    public long size(WireCapabilities capabilities) {
        return content.length;
    }

    @Override
    public boolean needsSmtpUtf8() {
        return false;
    }

    @Override
    public void writeTo(OutputStream out, WireCapabilities capabilities) throws IOException {
        out.write(content);
    }

    @Override
    public Email email() {
        throw new UnsupportedOperationException();
    }
}
