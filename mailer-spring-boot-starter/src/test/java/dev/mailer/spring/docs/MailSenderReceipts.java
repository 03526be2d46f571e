// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.docs;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessageHelper;

/** What docs/migrating.md begins with. */
record MailSenderReceipts(JavaMailSender sender) {
    // tag::sender-before[]
    void receipt(int number, byte[] invoice) throws MessagingException {
        MimeMessage message = sender.createMimeMessage();
        MimeMessageHelper helper = new MimeMessageHelper(message, true, "UTF-8");
        helper.setFrom("Shop <shop@example.com>");
        helper.setTo("jo@example.org");
        helper.setSubject("Your order " + number);
        helper.setText("Thank you!", "<p>Thank you!</p>");
        helper.addAttachment("invoice.pdf", new ByteArrayResource(invoice), "application/pdf");
        sender.send(message);
    }
    // end::sender-before[]
}
