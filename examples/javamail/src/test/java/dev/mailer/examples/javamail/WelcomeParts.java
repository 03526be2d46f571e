// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.javamail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Bytes;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.core.io.ClassPathResource;

/** Takes a mail apart as its reader does, and holds each part against what it was made of. */
final class WelcomeParts {
    private WelcomeParts() {}

    static void check(Bytes raw, String html) throws MessagingException, IOException {
        MimeMessage message = new MimeMessage(null, raw.open());
        Multipart related =
                (Multipart) ((Multipart) message.getContent()).getBodyPart(0).getContent();
        BodyPart text = related.getBodyPart(0);
        BodyPart image = related.getBodyPart(1);

        assertThat(message.getSubject()).isEqualTo("Schön, dass du da bist");
        assertThat(text.getContentType()).isEqualTo("text/html;charset=UTF-8");
        assertThat(octets(text)).asString().isEqualToNormalizingNewlines(html);
        assertThat(image.getHeader("Content-ID")).containsExactly("<logo>");
        assertThat(octets(image)).isEqualTo(new ClassPathResource("logo.png").getContentAsByteArray());
    }

    private static byte[] octets(BodyPart part) throws MessagingException, IOException {
        try (InputStream in = part.getInputStream()) {
            return in.readAllBytes();
        }
    }
}
