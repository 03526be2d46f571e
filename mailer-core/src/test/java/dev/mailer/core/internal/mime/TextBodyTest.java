// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.core.internal.mime.TextBody.Encoding;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TextBodyTest {
    @ParameterizedTest
    @MethodSource
    void the_encoding_is_the_plainest_that_carries_the_text(String text, Encoding expected) {
        assertThat(TextBody.of(text, true).encoding()).isEqualTo(expected);
        assertThat(TextBody.of("first\n" + text + "\nlast", false).encoding()).isEqualTo(expected);
    }

    static Stream<Arguments> the_encoding_is_the_plainest_that_carries_the_text() {
        return Stream.of(
                Arguments.of("", Encoding.SEVEN_BIT),
                Arguments.of("tab\there, snake_case, ~", Encoding.SEVEN_BIT),
                Arguments.of("x".repeat(998), Encoding.SEVEN_BIT),
                Arguments.of("x".repeat(999), Encoding.QUOTED_PRINTABLE),
                Arguments.of("a=_b", Encoding.QUOTED_PRINTABLE),
                Arguments.of("a\u0000b", Encoding.QUOTED_PRINTABLE),
                Arguments.of("a\u007fb", Encoding.QUOTED_PRINTABLE),
                Arguments.of("a\u000cb", Encoding.QUOTED_PRINTABLE),
                Arguments.of("Grüße aus Köln, wo es regnet", Encoding.QUOTED_PRINTABLE),
                Arguments.of("Пишем по-русски, и довольно много", Encoding.BASE64));
    }
}
