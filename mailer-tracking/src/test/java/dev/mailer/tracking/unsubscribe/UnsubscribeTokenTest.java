// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.spi.Bytes;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class UnsubscribeTokenTest {
    @Test
    void all_of_it_comes_back() {
        UnsubscribeToken token = new UnsubscribeToken(Long.MAX_VALUE, "acme", "news", "jürgen@example.org");

        assertThat(UnsubscribeToken.of(token.toBytes())).isEqualTo(token);
    }

    @Test
    void what_is_cut_off_or_of_another_version_is_none() {
        byte[] bytes =
                new UnsubscribeToken(1, "t", "s", "jo@example.org").toBytes().toByteArray();
        for (int length = 0; length < 14; length++) {
            assertThat(UnsubscribeToken.of(Bytes.of(Arrays.copyOf(bytes, length))))
                    .isNull();
        }
        bytes[0] = 2;

        assertThat(UnsubscribeToken.of(Bytes.of(bytes))).isNull();
    }

    @Test
    void an_address_is_shown_by_its_first_character() {
        assertThat(new UnsubscribeToken(1, "t", "s", "jo@example.org").maskedAddress())
                .isEqualTo("j…@example.org");
        assertThat(new UnsubscribeToken(1, "t", "s", "\uD83D\uDE00x@example.org").maskedAddress())
                .isEqualTo("\uD83D\uDE00…@example.org");
        assertThat(new UnsubscribeToken(1, "t", "s", "\"a@b\"@example.org").maskedAddress())
                .isEqualTo("\"…@example.org");
    }

    @Test
    void it_does_not_print_the_address() {
        assertThat(new UnsubscribeToken(1, "t", "s", "jo@example.org").toString())
                .isEqualTo("UnsubscribeToken[1, t/s]");
    }

    @Test
    void a_name_that_does_not_fit_is_refused() {
        assertThatThrownBy(() -> new UnsubscribeToken(1, "t".repeat(256), "s", "jo@example.org").toBytes())
                .hasMessage("a name of 256 bytes; at most 255 fit into a token");
    }
}
