// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageIdTest {
    private static final String ID = "01977d3e-5a00-7000-8000-000000000001";

    @Test
    void reads_what_it_prints() {
        assertThat(MessageId.of(ID)).hasToString(ID);
        assertThat(MessageId.of(ID.toUpperCase(java.util.Locale.ROOT))).isEqualTo(new MessageId(UUID.fromString(ID)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "1-1-1-1-1",
                "01977d3e-5a00-7000-8000-00000000000",
                "01977d3e-5a00-7000-8000-0000000000011",
                " 01977d3e-5a00-7000-8000-000000000001",
                "{01977d3e-5a00-7000-8000-000000000001}",
                "01977d3e5a0070008000000000000001",
                "01977d3e-5a00-7000-8000-00000000000g",
                "01977d3e-5a00-7000-8000-000000000001\r\n",
                "\uFF1001977d3e-5a00-7000-8000-00000000001"
            })
    void every_other_text_is_refused_alike(String text) {
        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(() -> MessageId.of(text))
                .withMessage("id: not a message id; expected a UUID such as 01977d3e-5a00-7000-8000-000000000000")
                .satisfies(e -> assertThat(e.field()).isEqualTo("id"));
    }

    @Test
    void sorts_as_its_text_does_also_past_the_sign_bit() {
        List<MessageId> ids = Stream.of(
                        "00000000-0000-7000-8000-000000000000",
                        "00000000-0000-7000-8000-000000000001",
                        "00000000-0000-7000-bfff-ffffffffffff",
                        "01977d3e-5a00-7000-8000-000000000000",
                        "7fffffff-ffff-7000-8000-000000000000",
                        "80000000-0000-7000-8000-000000000000",
                        "ffffffff-ffff-7fff-bfff-ffffffffffff")
                .map(MessageId::of)
                .toList();

        assertThat(ids.stream().sorted(java.util.Comparator.reverseOrder()).sorted())
                .containsExactlyElementsOf(ids);
        assertThat(ids.get(0)).isEqualByComparingTo(MessageId.of(ids.get(0).toString()));
    }

    @Test
    void null_is_no_id() {
        assertThatNullPointerException().isThrownBy(() -> new MessageId(null)).withMessage("value");
    }
}
