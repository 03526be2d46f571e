// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\rb",
                "a\nb",
                "a\r\nb",
                "a\0b",
                "a\tb",
                "a\u0085b",
                "a\u2028b",
                "a\u2029b",
                "a\u007fb",
                "\ud800",
                "\udc00x"
            })
    void what_could_end_a_line_is_refused(String text) {
        assertThat(CommandText.isSafe(text, true)).isFalse();
        assertThat(CommandText.isSafe(text, false)).isFalse();
        assertThat(CommandText.isSafePath("x" + text + "@example.org", true)).isFalse();
    }

    @Test
    void what_becomes_a_line_end_only_when_cut_to_one_octet_is_refused_as_ascii_and_harmless_as_utf8() {
        assertThat(CommandText.isSafe("a\u560d\u560ab", false)).isFalse();
        assertThat(CommandText.isSafe("a\u560d\u560ab", true)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@b> SIZE=1",
                "<a@b",
                "a b@c",
                "\"a@b",
                "",
                "\"",
                "\"\\",
                "\"a\"",
                "\"a\"b\"> x\"@c",
                "a\"> \"@b",
                "a@\"> \""
            })
    void what_could_end_a_path_is_refused(String spec) {
        assertThat(CommandText.isSafePath(spec, true)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"jo@example.org", "\"a > b\"@example.org", "\"a\\\"> b\"@example.org", "a%0d%0a@example.org"})
    void addresses_pass(String spec) {
        assertThat(CommandText.isSafePath(spec, false)).isTrue();
    }

    @Test
    void international_text_passes_where_it_may() {
        assertThat(CommandText.isSafe("jürgen \ud83d\ude00", true)).isTrue();
        assertThat(CommandText.isSafe("jürgen", false)).isFalse();
    }
}
