// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderTest {
    private static void assertRefused(String message, String name, String value) {
        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(() -> new Header(name, value))
                .withMessage(message)
                .satisfies(e -> assertThat(e.field()).isEqualTo("header"));
    }

    @Test
    void keeps_name_and_value() {
        Header header = new Header("X-Gr!#$%&'*+-^_`|~9", "\tGr\u00FC\u00DFe \uD83D\uDE00 ");

        assertThat(header.name()).isEqualTo("X-Gr!#$%&'*+-^_`|~9");
        assertThat(header.value()).isEqualTo("\tGr\u00FC\u00DFe \uD83D\uDE00 ");
        assertThat(new Header("X", "").value()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"`X Y`, 0020", "X:, 003A", "` X`, 0020", "X\u00E4, 00E4", "X\u007F, 007F", "`X\t`, 0009"})
    void the_name_is_printable_ascii_without_a_colon(String name, String code) {
        int at = name.indexOf(Integer.parseInt(code, 16));

        assertRefused(
                "header: name holds the character U+" + code + " at " + at + "; allowed is printable ASCII without ':'",
                name,
                "x");
    }

    @Test
    void the_name_has_1_to_76_characters() {
        assertThat(new Header("x".repeat(76), "x").name()).hasSize(76);
        assertRefused("header: name has 0 characters, allowed are 1 to 76", "", "x");
        assertRefused("header: name has 77 characters, allowed are 1 to 76", "x".repeat(77), "x");
    }

    @Test
    void the_value_has_at_most_8000_characters() {
        assertThat(new Header("X", "x".repeat(8000)).value()).hasSize(8000);
        assertRefused("header: X has a value of 8001 characters, allowed are 8000", "X", "x".repeat(8001));
    }

    @Test
    void the_value_is_one_line_of_unicode() {
        assertRefused(
                "header: X-A holds the control character U+000D at 1; line ends and NUL are refused", "X-A", "a\r\n b");
        assertRefused(
                "header: X-A holds the control character U+000A at 0; line ends and NUL are refused", "X-A", "\nb");
        assertRefused(
                "header: X-A holds the control character U+0000 at 2; line ends and NUL are refused", "X-A", "ab\0");
        assertRefused("header: X-A holds half a surrogate pair at 1; it is not valid Unicode", "X-A", "a\uD83D");
        assertRefused(
                "header: X-A holds half a surrogate pair at 2; it is not valid Unicode", "X-A", "\uD83D\uDE00\uDE00");
    }

    @Test
    void null_names_the_argument() {
        assertThatNullPointerException().isThrownBy(() -> new Header(null, "x")).withMessage("name");
        assertThatNullPointerException().isThrownBy(() -> new Header("x", null)).withMessage("value");
    }
}
