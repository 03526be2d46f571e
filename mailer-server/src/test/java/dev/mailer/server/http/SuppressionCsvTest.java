// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SuppressionCsvTest {
    @Test
    void values_are_quoted_where_they_must_be() {
        assertThat(SuppressionCsv.row(List.of("jo@example.org", "", "a,b", "a\"b", "a;b")))
                .isEqualTo("jo@example.org,,\"a,b\",\"a\"\"b\",\"a;b\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=1+1@example.org",
                "+1@example.org",
                "-1@example.org",
                "@x",
                "\tx",
                "\uff1d1+1@example.org",
                "'=x@example.org"
            })
    void no_spreadsheet_takes_a_value_for_a_formula_and_reading_gives_it_back(String value) {
        String cell = SuppressionCsv.row(List.of(value));

        assertThat(cell.replace("\"", "")).isEqualTo("'" + value);
        assertThat(SuppressionCsv.read("'" + value)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jo@example.org", "o'neill@example.org", "'jo@example.org", ""})
    void other_values_stay_as_they_are(String value) {
        assertThat(SuppressionCsv.row(List.of(value))).isEqualTo(value);
        assertThat(SuppressionCsv.read(value)).isEqualTo(value);
    }
}
