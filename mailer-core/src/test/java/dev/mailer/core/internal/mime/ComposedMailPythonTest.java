// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Email;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is put into a mail is what Python's {@code email} reads in it, and it finds no fault with its form. */
@Tag("peers")
class ComposedMailPythonTest {
    private static final int MAILS = 400;
    /** File names as encoded words in the Content-Type, which is wrong, for readers that know nothing else. */
    private static final Set<String> FOR_OLD_READERS = Set.of(
            "Content-Type: InvalidHeaderDefect('encoded word inside quoted string')",
            "Content-Type: InvalidHeaderDefect('missing trailing whitespace after encoded-word')");

    @Test
    void random_mails_are_read_as_they_were_given() throws Exception {
        Random random = new Random(20_262);
        RandomMails mails = new RandomMails(random::nextInt, ComposedMailTest.naughtyStrings());
        try (PythonReader python = new PythonReader()) {
            for (int i = 0; i < MAILS; i++) {
                check(mails.next(), python);
            }
        }
    }

    @Test
    void the_mails_of_others_composed_anew_are_read_as_they_were_given() throws Exception {
        try (PythonReader python = new PythonReader()) {
            for (Email mail : CorpusMails.all()) {
                check(mail, python);
            }
        }
    }

    private static void check(Email email, PythonReader python) throws Exception {
        PythonReader.Reading reading = python.read(Mails.bytes(Mails.composed(email)));

        assertThat(without(reading.mail())).isEqualTo(without(ReadMail.expected(email)));
        assertThat(reading.defects()).isSubsetOf(FOR_OLD_READERS);
    }

    /** Without what it is known to read in its own way. */
    private static ReadMail without(ReadMail mail) {
        return new ReadMail(
                mail.structure(),
                mail.subject(),
                mail.from().stream().map(ComposedMailPythonTest::without).toList(),
                mail.to().stream().map(ComposedMailPythonTest::without).toList(),
                mail.own(),
                mail.leaves().stream().map(ComposedMailPythonTest::without).toList());
    }

    /** In phrases it leaves the blanks between encoded words, against RFC 2047 §6.2, and makes one of several in quotes. */
    private static ReadMail.Box without(ReadMail.Box box) {
        return new ReadMail.Box(box.name().replaceAll("(?U)\\s", ""), box.address());
    }

    /** It strips file names of quotes and angle brackets around them, which were the name's own, and of blanks. */
    private static ReadMail.Leaf without(ReadMail.Leaf leaf) {
        String name = leaf.fileName().replaceAll("(?U)\\s+", " ").strip();
        boolean enclosed = name.matches("\".*\"|<.*>");
        String bare = enclosed ? name.substring(1, name.length() - 1) : name;
        return new ReadMail.Leaf(
                leaf.type(), bare.replaceAll("\\\\(.)", "$1").strip(), leaf.contentId(), leaf.content());
    }
}
