// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox.mime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ParsedMailTest {
    @Test
    void finds_text_html_and_the_rest() {
        ParsedMail mail = parse("""
                Content-Type: multipart/mixed; boundary="m"

                preamble
                --m
                Content-Type: multipart/alternative; boundary=mm

                --mm
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                gr=C3=BCn
                --mm
                Content-Type: text/html

                <p>green</p>
                --mm--
                --m\s\s
                Content-Type: text/plain
                Content-Disposition: attachment; filename="=?utf-8?Q?n=C3=B6te.txt?="

                note
                --m--
                epilogue
                """);

        assertThat(mail.text()).isEqualTo("grün");
        assertThat(mail.html()).isEqualTo("<p>green</p>");
        assertThat(mail.attachments()).extracting(MimePart::fileName).containsExactly("nöte.txt");
        assertThat(mail.part(4).index()).isEqualTo(4);
        assertThat(mail.part(5)).isNull();
        assertThat(mail.notes()).isEmpty();
    }

    @Test
    void looks_into_enclosed_mails_but_shows_the_outer_text() {
        ParsedMail mail = parse("""
                Content-Type: multipart/mixed; boundary=m

                --m

                outer
                --m
                Content-Type: message/rfc822

                Subject: inner

                inner text
                --m--
                """);

        assertThat(mail.text()).isEqualTo("outer");
        assertThat(mail.attachments()).extracting(MimePart::type).containsExactly("message/rfc822");
        assertThat(mail.attachments().get(0).children().get(0).header().decoded("Subject"))
                .isEqualTo("inner");
    }

    @Test
    void agrees_with_jakarta_mail_on_the_parts_of_real_mails() throws IOException {
        Path folder =
                Path.of(System.getProperty("mailer.corpora", "no-corpora")).resolve("mime/mail-ruby");
        assumeTrue(Files.exists(folder), "the corpus mime is not there");
        int compared = 0;
        int equal = 0;

        for (Path file : filesOf(folder)) {
            byte[] mail = Files.readAllBytes(file);
            int oracle = jakartaLeaves(mail);
            if (oracle > 0) {
                compared++;
                equal += leaves(ParsedMail.of(mail).root()) == oracle ? 1 : 0;
            }
        }

        assertThat(compared).isGreaterThan(20);
        assertThat(equal).isGreaterThanOrEqualTo(compared * 95 / 100);
    }

    private static List<Path> filesOf(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.toString().endsWith(".eml")).sorted().toList();
        }
    }

    private static int leaves(MimePart part) {
        return part.isMultipart()
                ? part.children().stream().mapToInt(ParsedMailTest::leaves).sum()
                : 1;
    }

    /** Parts that hold something, enclosed mails as one; 0 when Jakarta Mail gives up. */
    private static int jakartaLeaves(byte[] mail) {
        try {
            return jakartaLeaves(new MimeMessage(null, new ByteArrayInputStream(mail)));
        } catch (MessagingException | IOException e) {
            return 0;
        }
    }

    private static int jakartaLeaves(Part part) throws MessagingException, IOException {
        if (!part.isMimeType("multipart/*") || !(part.getContent() instanceof Multipart multipart)) {
            return 1;
        }
        int sum = 0;
        for (int i = 0; i < multipart.getCount(); i++) {
            sum += jakartaLeaves(multipart.getBodyPart(i));
        }
        return sum;
    }

    private static ParsedMail parse(String mail) {
        return ParsedMail.of(mail.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }
}
