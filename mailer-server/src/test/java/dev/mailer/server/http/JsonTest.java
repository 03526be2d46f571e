// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private final Json json = new Json(40 << 20);

    private static byte[] list(String item, int count) {
        return ("[" + (item + ",").repeat(count - 1) + item + "]").getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{}", "1", "{\"a\":1}", "[[1,1]]"})
    void a_body_with_too_many_tokens_is_refused_as_too_large(String item) {
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> json.read(list(item, 1_000_000)))
                .withMessage("The body has more than 1000000 values, names and brackets;"
                        + " send the content of attachments as base64 text.")
                .satisfies(e -> assertThat(e.status()).isEqualTo(413));
    }

    @Test
    void what_follows_the_document_is_refused() {
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> json.read("{} {}".getBytes(StandardCharsets.UTF_8)))
                .withMessageStartingWith("The body is not JSON that is accepted here at line 1, column 4");
    }

    @Test
    void what_a_batch_of_large_mails_needs_is_accepted() {
        String mail = "{\"to\":[" + "\"a@example.com\",".repeat(999) + "\"b@example.com\"],\"text\":\"x\"}";

        assertThat(json.read(list(mail, 100))).hasSize(100);
    }

    @Test
    void a_tree_counts_for_what_it_takes() {
        assertThat(Json.treeSize(list("[]", 1_000))).isBetween(50_000L, 100_000L);
        assertThat(Json.treeSize("{\"text\":\"hello\"}".getBytes(StandardCharsets.UTF_8)))
                .isLessThan(100);
    }
}
