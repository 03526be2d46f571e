// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class JsonTest {
    private static final int MAX_SIZE = 40 << 20;

    private final Json json = new Json(MAX_SIZE);
    private long made;

    private JsonNode read(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return json.read(new BoundedBody(new ByteArrayInputStream(bytes), MAX_SIZE, more -> made += more));
    }

    private static String list(String item, int count) {
        return "[" + (item + ",").repeat(count - 1) + item + "]";
    }

    private static String attached(String content) {
        return "{\"attachments\":[{\"content\":" + content + "}]}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{}", "1", "{\"a\":1}", "[[1,1]]"})
    void a_body_with_too_many_tokens_is_refused_as_too_large(String item) {
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> read(list(item, 1_000_000)))
                .withMessage("The body has more than 1000000 values, names and brackets,"
                        + " beside the bytes of attachments.")
                .satisfies(e -> assertThat(e.status()).isEqualTo(413));
    }

    /** Names are looked at and not put together: with a thousand characters on each level that would be gigabytes. */
    @Test
    @Timeout(20)
    void many_lists_below_long_names_take_no_longer_than_others() {
        String name = "n".repeat(1_000);
        int levels = 50;
        String body = ("{\"" + name + "\":").repeat(levels) + list("{\"data\":[]}", 150_000) + "}".repeat(levels);

        assertThat(read(body).size()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"content\":%s}",
                "{\"attachments\":%s}",
                "{\"attachments\":{\"content\":%s}}",
                "{\"attachments\":[{\"data\":%s}]}",
                "{\"attachments\":[{\"content\":{\"data\":{\"data\":%s}}}]}",
                "{\"template\":{\"variables\":{\"attachments\":[{\"content\":%s}]}}}",
            })
    void only_the_content_of_an_attachment_is_a_list_of_bytes(String body) {
        String few = String.format(body, "[1,2]");

        assertThat(read(few)).hasToString(few);
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> read(String.format(body, list("7", 1_000_000))))
                .satisfies(e -> assertThat(e.status()).isEqualTo(413));
    }

    @Test
    void five_megabytes_as_a_list_are_bytes_and_make_no_tree() {
        byte[] file = new byte[5 << 20];
        Arrays.fill(file, (byte) 200);

        JsonNode content = read(attached("{\"type\":\"Buffer\",\"data\":" + list("200", file.length) + "}"))
                .at("/attachments/0/content/data");

        assertThat(content.binaryValue()).isEqualTo(file);
        assertThat(made).isLessThan(1_000);
    }

    @Test
    void what_is_no_list_of_bytes_after_all_counts_as_what_it_is() {
        assertThat(read(attached("[1,\"a\",[2]]"))).hasToString(attached("[1,\"a\",[2]]"));
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> read(attached("[" + "1,".repeat(1_000_000) + "256]")))
                .satisfies(e -> assertThat(e.status()).isEqualTo(413));
    }

    @ParameterizedTest
    @CsvSource({"5,2", "55,3", "255,4"})
    void a_list_of_bytes_counts_as_its_base64(String octet, int octets) {
        String body = attached(list(octet, 30_000));
        assertThat(body.length()).isGreaterThan(30_000 * octets);

        assertThat(readWithin(body, 41_000)).isNotEmpty();
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> readWithin(body, 39_000))
                .withMessage("The body is larger than 39000 bytes, the limit of this server.");
    }

    /** What the parser has read and not seen yet counts in full, so that the buffer of a stream must be smaller than the test. */
    private JsonNode readWithin(String body, long size) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        ByteArrayInputStream trickling = new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 100));
            }
        };
        return json.read(new BoundedBody(trickling, size, more -> {}));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {} {}                  | 4
            {"a":[1,}              | 9
            {"a":1                 | 7
            [1,2                   | 5""")
    void what_is_not_one_document_is_refused(String text, int column) {
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> read(text))
                .withMessageStartingWith(
                        "The body is not JSON that is accepted here at line 1, column " + column + ": ")
                .satisfies(e -> assertThat(e.status()).isEqualTo(400));
    }

    @Test
    void nesting_ends_at_64_levels_also_within_attachments() {
        for (String deep : new String[] {list("[".repeat(100), 1), attached("[".repeat(100))}) {
            assertThatExceptionOfType(ApiException.class)
                    .isThrownBy(() -> read(deep))
                    .withMessageContaining("nesting ends at 64 levels")
                    .satisfies(e -> assertThat(e.status()).isEqualTo(400));
        }
    }

    @Test
    void every_kind_of_value_is_read_as_it_is() {
        String all = "{\"a\":[1,-2,3000000000,123456789012345678901234567890,1.5,true,false,null,\"x\",{},[]]}";

        assertThat(read(all)).hasToString(all).isEqualTo(Json.MAPPER.readTree(all));
    }

    @Test
    void what_a_batch_of_large_mails_needs_is_accepted() {
        String mail = "{\"to\":[" + "\"a@example.com\",".repeat(999) + "\"b@example.com\"],\"text\":\"x\"}";

        assertThat(read(list(mail, 100))).hasSize(100);
    }

    @Test
    void a_tree_counts_for_what_it_takes() {
        read(list("[]", 1_000));
        assertThat(made).isBetween(50_000L, 100_000L);

        made = 0;
        read("{\"text\":\"hello\"}");
        assertThat(made).isBetween(50L, 150L);
    }
}
