// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnhancedCodeTest {
    @ParameterizedTest
    @CsvSource({
        "2.0.0, 2.0.0",
        "5.1.1 no such user, 5.1.1",
        "4.7.28 Gmail says, 4.7.28",
        "5.999.999 x, 5.999.999",
        "'2.1.5  two blanks', 2.1.5"
    })
    void is_found_at_the_begin_of_a_text(String text, String code) {
        assertThat(EnhancedCode.find(text)).hasToString(code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " 5.1.1",
                "5.1",
                "5.1.1.1",
                "5.1.",
                "5..1",
                "3.1.1",
                "1.0.0",
                "6.0.0",
                "5.1.1000",
                "5.1000.1",
                "55.1.1",
                "5.1.1:",
                "5,1,1",
                "-5.1.1",
                "5.-1.1",
                "5.1.1\t",
                "no code",
                "5.\u0661.1"
            })
    void is_not_found_where_there_is_none(String text) {
        assertThat(EnhancedCode.find(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 3, 6})
    void the_class_is_2_4_or_5(int statusClass) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EnhancedCode(statusClass, 0, 0))
                .withMessage("class " + statusClass + " is not 2, 4 or 5");
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "1000, 0", "0, -1", "0, 1000"})
    void subject_and_detail_have_three_digits(int subject, int detail) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EnhancedCode(5, subject, detail))
                .withMessage("subject and detail must be 0 to 999: " + subject + "." + detail);
    }
}
