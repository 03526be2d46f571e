// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** The mail that is sent: 10 kB of text and HTML. */
final class Mails {
    static final String DOMAIN = "example.org";

    private static final String LINE = "Hello Jo, here is your order summary. Thank you for buying with us today.\r\n";
    private static final String ROW = "<tr><td style=\"padding:4px\">Item</td><td>2</td><td>19.90 EUR</td></tr>\r\n";
    static final String TEXT = LINE.repeat(38);
    static final String HTML = "<html><body><table>\r\n" + ROW.repeat(93) + "</table></body></html>\r\n";
    private static final byte[] RAW = mime(TEXT, HTML).getBytes(StandardCharsets.US_ASCII);

    private Mails() {}

    /** The finished message, lines ended by CRLF. */
    static byte[] raw() {
        return RAW.clone();
    }

    /** A finished message of about so many octets. */
    static byte[] raw(int size) {
        return (new String(RAW, StandardCharsets.US_ASCII)
                        + LINE.repeat(Math.max(0, size - RAW.length) / LINE.length()))
                .getBytes(StandardCharsets.US_ASCII);
    }

    static Email rawEmail() {
        return rawEmail("jo@" + DOMAIN);
    }

    static Email rawEmail(String to) {
        return Email.builder().from("shop@example.com").to(to).raw(RAW).build();
    }

    /** A short one of 2 kB. */
    static Email note(String to) {
        return Email.builder()
                .from("shop@example.com")
                .to(to)
                .raw(mime(LINE.repeat(10), ROW.repeat(10)).getBytes(StandardCharsets.US_ASCII))
                .build();
    }

    /** The same words, to be composed by the engine. */
    static Email composedEmail() {
        return composed("Your order 4711", TEXT, HTML);
    }

    /** Of the same size, in German: the text has to be encoded. */
    static Email umlautEmail() {
        return composed("Ihre Bestellung über 4711", TEXT.replace("buying", "Grüßen"), HTML.replace("Item", "Stück"));
    }

    private static Email composed(String subject, String text, String html) {
        return Email.builder()
                .from("Shop <shop@example.com>")
                .to("Jo <jo@" + DOMAIN + ">")
                .subject(subject)
                .text(text)
                .html(html)
                .build();
    }

    /** The same words as Jakarta Mail builds them. */
    static MimeMessage jakarta(Session session) throws MessagingException {
        MimeMessage message = new MimeMessage(session);
        message.setFrom("Shop <shop@example.com>");
        message.setRecipients(Message.RecipientType.TO, "Jo <jo@" + DOMAIN + ">");
        message.setSubject("Your order 4711", "utf-8");
        MimeBodyPart text = new MimeBodyPart();
        text.setText(TEXT, "utf-8");
        MimeBodyPart html = new MimeBodyPart();
        html.setText(HTML, "utf-8", "html");
        message.setContent(new MimeMultipart("alternative", text, html));
        message.saveChanges();
        return message;
    }

    /** A few words, for ledgers of a million. */
    static Email small(String stream) {
        return Email.builder().from("news@example.com").to("jo@" + DOMAIN).stream(stream)
                .subject("News")
                .text("There is news.")
                .build();
    }

    /** A UUIDv7, as the engine gives them. */
    static MessageId id() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = System.currentTimeMillis() << 16 | 0x7000 | random.nextInt(0x1000);
        return new MessageId(new UUID(high, random.nextLong() >>> 2 | 0x8000000000000000L));
    }

    static String mime(String text, String html) {
        return "From: Shop <shop@example.com>\r\nTo: Jo <jo@example.org>\r\nSubject: Your order 4711\r\n"
                + "Message-ID: <bench.1@example.com>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
                + "Content-Type: multipart/alternative; boundary=\"b1\"\r\n\r\n"
                + "--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text
                + "\r\n--b1\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html + "\r\n--b1--\r\n";
    }
}
