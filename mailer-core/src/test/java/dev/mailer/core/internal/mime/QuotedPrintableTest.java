// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Session;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotedPrintableTest {
    private static final Session SESSION = Session.getInstance(new Properties());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\"|\"\"",
                "a=b|a=3Db",
                "Grüße|Gr=C3=BC=C3=9Fe",
                "\"a \"|a=20",
                "\"a \\r\\n b\"|\"a=20\\r\\n b\"",
                "\"a\t\\r\\n\"|\"a=09\\r\\n\"",
                "\"\\r\\n\\r\\n\"|\"\\r\\n\\r\\n\"",
                ".|.",
            })
    void what_does_not_pass_every_hop_is_encoded(String text, String expected) {
        assertThat(encoded(lines(text))).isEqualTo(lines(expected));
    }

    @Test
    void lines_have_76_characters_at_most_and_break_softly() {
        assertThat(encoded("x".repeat(75))).isEqualTo("x".repeat(75));
        assertThat(encoded("x".repeat(76))).isEqualTo("x".repeat(75) + "=\r\nx");
        assertThat(encoded("x".repeat(73) + "é")).isEqualTo("x".repeat(73) + "=\r\n=C3=A9");
        assertThat(encoded("x".repeat(72) + "é")).isEqualTo("x".repeat(72) + "=C3=\r\n=A9");
        assertThat(encoded("x".repeat(75) + " \r\n")).isEqualTo("x".repeat(75) + "=\r\n=20\r\n");
    }

    @Test
    void gives_what_jakarta_mail_gives_and_can_read() throws Exception {
        Random random = new Random(3);
        String letters = "abc xyz=.é😀\t\u0007_-";
        for (int round = 0; round < 3_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(300); i > 0; i--) {
                int at = random.nextInt(letters.length() + 2);
                text.append(
                        at >= letters.length()
                                ? "\r\n"
                                : Character.toString(letters.codePointAt(letters.offsetByCodePoints(
                                        0, at % letters.codePointCount(0, letters.length())))));
            }
            byte[] given = text.toString().getBytes(UTF_8);
            ByteArrayOutputStream angus = new ByteArrayOutputStream();
            try (OutputStream out = SESSION.getStreamProvider().outputQP(angus)) {
                out.write(given);
            }

            byte[] encoded = QuotedPrintable.encode(given);

            assertThat(new String(encoded, UTF_8)).isEqualTo(angus.toString(UTF_8));
            assertThat(new String(encoded, UTF_8).split("\r\n")).allMatch(line -> line.length() <= 76);
            assertThat(MimeUtility.decode(new ByteArrayInputStream(encoded), "quoted-printable")
                            .readAllBytes())
                    .isEqualTo(given);
        }
    }

    private static String encoded(String text) {
        return new String(QuotedPrintable.encode(text.getBytes(UTF_8)), UTF_8);
    }

    private static String lines(String text) {
        return text.replace("\\r", "\r").replace("\\n", "\n");
    }
}
