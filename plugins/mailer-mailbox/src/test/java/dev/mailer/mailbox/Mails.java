// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import dev.mailer.api.Address;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.HttpEndpoint.Request;
import dev.mailer.api.spi.HttpEndpoint.Response;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.WireCapabilities;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Mails, submissions and requests for the tests of this module. */
final class Mails {
    static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
    static final String TOKEN = "the-token";

    private Mails() {}

    /** LF becomes CRLF. */
    static Bytes bytes(String mail) {
        return Bytes.utf8(mail.replace("\n", "\r\n"));
    }

    /** Any text as an encoded word, however long. */
    static String encodedWord(String text) {
        return "=?utf-8?B?" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "?=";
    }

    static String simple(String subject) {
        return "From: Shop <shop@example.com>\nTo: Jo <jo@example.org>\nSubject: " + subject
                + "\nContent-Type: text/plain; charset=utf-8\n\nThank you!\n";
    }

    static MailboxMessage add(Mailbox mailbox, Bytes raw) {
        return add(mailbox, raw, "jo@example.org");
    }

    static MailboxMessage add(Mailbox mailbox, Bytes raw, String recipient) {
        Address address = Address.of(recipient);
        MagicAddress magic = MagicAddress.of(address);
        MailboxMessage.Receipt receipt =
                new MailboxMessage.Receipt(41, address, 1, magic.outcome().kind(), magic.reply());
        return mailbox.add(number -> new MailboxMessage(
                number,
                new MessageId(new UUID(0x01977d3e5a007000L, 0x8000000000000000L + number)),
                NOW,
                Address.of("bounces@example.com"),
                List.of(receipt),
                raw));
    }

    static MailboxEndpoint endpoint(Mailbox mailbox) {
        return new MailboxEndpoint("/mailbox", mailbox, new FormGuard(TOKEN));
    }

    static Response get(MailboxEndpoint endpoint, String path) {
        return get(endpoint, path, Map.of());
    }

    static Response get(MailboxEndpoint endpoint, String path, Map<String, String> query) {
        return endpoint.handle(new Request("GET", path, query, Map.of(), Bytes.EMPTY, "127.0.0.1"));
    }

    static Response call(
            MailboxEndpoint endpoint, String method, String path, Map<String, List<String>> headers, String body) {
        return endpoint.handle(new Request(method, path, Map.of(), headers, Bytes.utf8(body), "127.0.0.1"));
    }

    static Submission submission(Bytes raw, String... recipients) {
        List<Recipient> all = new ArrayList<>();
        for (String recipient : recipients) {
            all.add(new Recipient(100 + all.size(), Address.of(recipient), 1));
        }
        return new FixedSubmission(raw, List.copyOf(all));
    }

    /** Remembers what was asked and reported, in order. */
    static final class RecordingSink implements OutcomeSink {
        final Map<String, Outcome> outcomes = new LinkedHashMap<>();
        final List<String> steps = new ArrayList<>();
        boolean mayComplete = true;

        @Override
        public boolean mayComplete(Submission submission) {
            steps.add("mayComplete");
            return mayComplete;
        }

        @Override
        public void report(Submission submission, Recipient recipient, Outcome outcome) {
            outcomes.put(recipient.address().spec(), outcome);
            steps.add(outcome.kind() + " " + recipient.address().localPart());
        }
    }

    private record FixedSubmission(Bytes raw, List<Recipient> recipients) implements Submission {
        @Override
        public MessageId messageId() {
            return MessageId.of("01977d3e-5a00-7000-8000-000000000000");
        }

        @Override
        public Destination destination() {
            return new Destination("mailbox:");
        }

        @Override
        public Address sender() {
            return Address.of("bounces@example.com");
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
            return -1;
        }

        @Override
        public boolean needsSmtpUtf8() {
            return false;
        }

        @Override
        public void writeTo(OutputStream out, WireCapabilities capabilities) throws IOException {
            raw.writeTo(out);
        }

        @Override
        public Email email() {
            throw new UnsupportedOperationException("the mailbox takes MIME");
        }
    }
}
