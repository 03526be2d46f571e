// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.javamail;

import dev.mailer.api.Email;
import dev.mailer.api.Mailer;
import dev.mailer.api.MailerException;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.mail.MailParseException;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSenderImpl;

/**
 * Puts mail on the outbox instead of on the wire: what {@code send} has returned from is accepted, within a transaction by its commit,
 * and is sent in the background. Messages are made as {@link JavaMailSenderImpl} makes them and kept as they are. The messages of one call
 * are accepted together or not at all. Thread-safe.
 *
 * <p>Not final, as the original is not: an aspect of the host's can stand around it.
 */
public class OutboxMailSender extends JavaMailSenderImpl {
    private final Mailer mailer;

    /** Sends by this mailer, whose end is somebody else's. */
    public OutboxMailSender(Mailer mailer) {
        this.mailer = mailer;
    }

    @Override
    protected void doSend(MimeMessage[] messages, Object @Nullable [] originals) {
        List<Email> emails = new ArrayList<>();
        for (MimeMessage message : messages) {
            emails.add(email(message));
        }
        try {
            mailer.sendAll(emails);
        } catch (MailerException e) {
            Map<Object, Exception> failed = new LinkedHashMap<>();
            for (int i = 0; i < messages.length; i++) {
                failed.put(originals == null ? messages[i] : originals[i], e);
            }
            throw new MailSendException("the outbox did not accept the mail: " + e.getMessage(), e, failed);
        }
    }

    /** Completes the message as the original does before it sends it. */
    @SuppressWarnings("JavaUtilDate") // JavaMail has no other
    private static Email email(MimeMessage message) {
        try {
            if (message.getSentDate() == null) {
                message.setSentDate(new Date());
            }
            String id = message.getMessageID();
            message.saveChanges();
            if (id != null) {
                message.setHeader("Message-ID", id);
            }
            return RawEmail.of(message);
        } catch (MessagingException e) {
            throw new MailParseException("the outbox cannot take this message: " + e.getMessage(), e);
        } catch (MailerException e) {
            throw new MailParseException("the outbox cannot take this message: " + e.getMessage(), e);
        }
    }

    /** There is no connection to test: the outbox is. */
    @Override
    public void testConnection() throws MessagingException {}
}
