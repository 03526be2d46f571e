// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Address;
import jakarta.mail.internet.MimeUtility;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderEncoderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "List-Unsubscribe | <https://x.example/u/dG9rZW4=?l=1> | <https://x.example/u/dG9rZW4=?l=1>",
                "List-Unsubscribe | <https://x/?a=?utf-8?q?b?=> ü | <https://x/?a=?utf-8?q?b?=> =?utf-8?B?w7w=?=",
                "List-Id | Bücher <l.x.org> | =?utf-8?Q?B=C3=BCcher?= <l.x.org>",
                "Disposition-Notification-To | Jürgen <j@x.example> | =?utf-8?Q?J=C3=BCrgen?= <j@x.example>",
                "Return-Receipt-To | Jürgen <j@bücher.example> | =?utf-8?Q?J=C3=BCrgen?= <j@xn--bcher-kva.example>",
                "X-Note | a =? b | a =? b",
                "X-Note | a =? ü | a =?utf-8?B?PT8gw7w=?=",
                "X-Note | <=?utf-8?Q?a?= | =?utf-8?B?PD0/dXRmLTg/UT9hPz0=?=",
                "X-Note | ünd =?utf-8?Q?so?= <a> | =?utf-8?B?w7xuZCA9P3V0Zi04P1E/c28/PQ==?= <a>",
            })
    void only_words_that_need_it_are_encoded(String name, String value, String expected) {
        assertThat(text(name, value)).isEqualTo(name + ": " + expected + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a =?utf-8?q?b?= c",
                "=?utf-8?q?a b?=",
                "x=?utf-8?q?a?=y z",
                "ü  a   ü",
                "ü a ü b ü",
                "a\tü\tb",
            })
    void what_was_given_is_what_is_read(String value) throws Exception {
        assertThat(read(text("X-Note", value))).isEqualTo(value);
        assertThat(read(text("Subject", value))).isEqualTo(value);
    }

    @Test
    void no_run_of_blanks_makes_a_long_line() throws Exception {
        for (int blanks : List.of(39, 40, 41, 900, 1_000, 7_000)) {
            for (String end : List.of("b", "ü", "b".repeat(900))) {
                for (String start : List.of("a", "ü a", "a ü")) {
                    String value = start + " ".repeat(blanks) + end + " c";

                    String field = text("X-" + "n".repeat(74), value);

                    assertThat(field.split("\r\n")).allMatch(line -> line.length() <= 998);
                    assertThat(read(field)).isEqualTo(value);
                }
            }
        }
    }

    @Test
    void a_line_with_an_encoded_word_has_at_most_76_characters() {
        for (int length = 1; length < 200; length++) {
            String words = "ü".repeat(length);
            String name = "n".repeat(length);
            StringBuilder mailboxes = new StringBuilder();
            HeaderEncoder.mailboxes(
                    mailboxes,
                    "To",
                    List.of(
                            Address.of("ü" + name, "jo@example.org"),
                            Address.of(name, "al@example.org"),
                            Address.of("ü", "jo@example.org")));

            for (String field : List.of(
                    text("Subject", words),
                    text("X-Note", name + " " + words + " " + name + " ü " + name),
                    mailboxes.toString(),
                    FileNames.contentType("text/plain", words))) {
                assertThat(field.split("\r\n"))
                        .filteredOn(line -> line.contains("=?"))
                        .allMatch(line -> line.length() <= 76, "at most 76: " + field);
            }
        }
    }

    private static String text(String name, String value) {
        return new String(DraftField.text(name, value).wire(), StandardCharsets.UTF_8);
    }

    private static String read(String field) throws Exception {
        return MimeUtility.decodeText(
                MimeUtility.unfold(field.substring(field.indexOf(':') + 1).strip()));
    }
}
