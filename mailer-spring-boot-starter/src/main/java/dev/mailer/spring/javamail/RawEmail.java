// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.javamail;

import dev.mailer.api.Email;
import jakarta.mail.Address;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A finished MIME message as a mail: its bytes, and the envelope that JavaMail would give it. */
final class RawEmail {
    private RawEmail() {}

    static Email of(MimeMessage message) throws MessagingException {
        Email.Builder email = Email.builder().raw(bytes(message));
        String sender = sender(message);
        if (sender == null) {
            throw new MessagingException("there is no sender: set From, or the property mail.smtp.from");
        }
        email.returnPath(sender);
        for (String to : recipients(message, Message.RecipientType.TO)) {
            email.to(to);
        }
        for (String cc : recipients(message, Message.RecipientType.CC)) {
            email.cc(cc);
        }
        for (String bcc : recipients(message, Message.RecipientType.BCC)) {
            email.bcc(bcc);
        }
        return email.build();
    }

    private static byte[] bytes(MimeMessage message) throws MessagingException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            message.writeTo(bytes);
        } catch (IOException e) {
            throw new MessagingException("the message cannot be written: " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }

    /** The session's {@code mail.smtp.from} or {@code mail.smtps.from}, else the first author. */
    private static @Nullable String sender(MimeMessage message) throws MessagingException {
        Session session = message.getSession();
        for (String protocol : List.of("smtp", "smtps")) {
            String set = session == null ? null : session.getProperty("mail." + protocol + ".from");
            if (set != null && !set.isBlank()) {
                return set;
            }
        }
        Address[] from = message.getFrom();
        return from != null && from.length > 0 && from[0] instanceof InternetAddress author
                ? author.getAddress()
                : null;
    }

    /** Bare addresses; a group is its members (RFC 5322 §3.4). */
    private static List<String> recipients(MimeMessage message, Message.RecipientType type) throws MessagingException {
        List<String> recipients = new ArrayList<>();
        Address[] all = message.getRecipients(type);
        for (Address address : all == null ? new Address[0] : all) {
            if (!(address instanceof InternetAddress internet)) {
                throw new MessagingException("a recipient is no mail address but of type " + address.getType());
            }
            InternetAddress[] members = internet.isGroup() ? internet.getGroup(false) : null;
            if (members == null) {
                recipients.add(internet.getAddress());
            } else {
                for (InternetAddress member : members) {
                    recipients.add(member.getAddress());
                }
            }
        }
        return recipients;
    }
}
