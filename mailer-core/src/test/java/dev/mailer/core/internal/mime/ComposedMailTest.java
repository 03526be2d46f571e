// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Email;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What is put into a mail is what two foreign parsers read in it. */
class ComposedMailTest {
    private static final int MAILS = 400;

    @Test
    void random_mails_are_read_as_they_were_given() throws Exception {
        Random random = new Random(20_261);
        RandomMails mails = new RandomMails(random::nextInt, naughtyStrings());
        for (int i = 0; i < MAILS; i++) {
            check(mails.next());
        }
    }

    @Test
    void the_mails_of_others_composed_anew_are_read_as_they_were_given() throws Exception {
        List<Email> mails = CorpusMails.all();
        Assumptions.assumeFalse(mails.isEmpty(), "corpora are absent");
        for (Email mail : mails) {
            check(mail);
        }
        assertThat(mails).hasSizeGreaterThan(100);
    }

    static void check(Email email) throws Exception {
        byte[] wire = Mails.bytes(Mails.composed(email));
        ReadMail expected = ReadMail.expected(email);

        assertLines(wire);
        if (!hasBackslashBeforeFold(wire)) {
            assertThat(MailReaders.angus(wire)).as("Angus").isEqualTo(expected);
        }
        assertThat(MailReaders.mime4j(wire)).as("mime4j").isEqualTo(expected);
    }

    /** Then Angus takes the line end for text that is escaped; RFC 5322 §2.2.3 knows no such thing. */
    private static boolean hasBackslashBeforeFold(byte[] wire) {
        String mail = new String(wire, StandardCharsets.US_ASCII);
        return mail.substring(0, mail.indexOf("\r\n\r\n")).contains("\\\r\n");
    }

    /** 7-bit, with no bare CR or LF, no NUL and no line that is too long. */
    private static void assertLines(byte[] wire) {
        List<Integer> wrong = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < wire.length; i++) {
            boolean behindCr = i > 0 && wire[i - 1] == '\r';
            if (wire[i] <= 0 || behindCr != (wire[i] == '\n') || i - start > 999) {
                wrong.add(i);
            }
            start = wire[i] == '\n' ? i + 1 : start;
        }
        assertThat(wrong).as("places with what does not pass every hop").isEmpty();
        assertThat(start).as("start of a line without an end").isEqualTo(wire.length);
    }

    /** Those of the corpus; none where that is absent. */
    static List<String> naughtyStrings() throws IOException {
        Path corpus = Path.of(System.getProperty("mailer.corpora", "")).resolve("security/naughty-strings.jsonl");
        List<String> strings = new ArrayList<>();
        if (Files.isReadable(corpus)) {
            JsonMapper json = new JsonMapper();
            for (String line : Files.readAllLines(corpus)) {
                strings.add(json.readTree(line).get("s").asString());
            }
        }
        return strings;
    }
}
