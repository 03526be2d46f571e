// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineEndsTest {
    @Test
    void agrees_with_a_plain_loop_on_random_text() {
        Random random = new Random(7);
        for (int round = 0; round < 5_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append("\r\n\tabcdefg\0".charAt(random.nextInt(11)));
            }
            String given = text.toString();
            String lines = given.replaceAll("\r\n|\r|\n", "\r\n");

            assertThat(toCrLf(given, false)).isEqualTo(lines);
            assertThat(toCrLf(given, true)).isEqualTo(lines.endsWith("\n") ? lines : lines + "\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb\r\n", "\r\n"})
    void what_is_right_already_is_not_copied(String text) {
        byte[] bytes = text.getBytes(US_ASCII);

        assertThat(LineEnds.toCrLf(bytes, true)).isSameAs(bytes);
        assertThat(LineEnds.toCrLf(bytes, false)).isSameAs(bytes);
    }

    private static String toCrLf(String text, boolean close) {
        return new String(LineEnds.toCrLf(text.getBytes(US_ASCII), close), US_ASCII);
    }
}
