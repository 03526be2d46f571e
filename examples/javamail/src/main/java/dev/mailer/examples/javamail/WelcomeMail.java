// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.javamail;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.util.Locale;
import java.util.Map;
import org.springframework.core.io.ClassPathResource;
import org.springframework.mail.MailPreparationException;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessageHelper;
import org.springframework.stereotype.Component;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.Context;

/** The mail that greets a member: a Thymeleaf template and an image in it. */
@Component
class WelcomeMail {
    private final JavaMailSender sender;
    private final ITemplateEngine templates;

    WelcomeMail(JavaMailSender sender, ITemplateEngine templates) {
        this.sender = sender;
        this.templates = templates;
    }

    void send(String email, String name) {
        MimeMessage message = sender.createMimeMessage();
        try {
            MimeMessageHelper helper = new MimeMessageHelper(message, true, "UTF-8");
            helper.setFrom("Schachclub <club@example.com>");
            helper.setTo(email);
            helper.setSubject("Schön, dass du da bist");
            helper.setText(html(name), true);
            helper.addInline("logo", new ClassPathResource("logo.png"));
        } catch (MessagingException e) {
            throw new MailPreparationException(e);
        }
        sender.send(message);
    }

    String html(String name) {
        return templates.process("welcome", new Context(Locale.GERMAN, Map.of("name", name)));
    }
}
