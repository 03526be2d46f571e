// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContentTest {
    private static void assertRefused(String message, Runnable call) {
        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(call::run)
                .withMessage(message);
    }

    @Test
    void literal_content_is_text_or_html_or_both() {
        assertThat(new Content.Literal("a", null, List.of()).html()).isNull();
        assertThat(new Content.Literal(null, "b", List.of()).text()).isNull();
        assertRefused(
                "content: there is none; give text, html, template or raw",
                () -> new Content.Literal(null, null, List.of()));
    }

    @Test
    void attachments_are_copied() {
        List<Attachment> attachments = new ArrayList<>(List.of(Attachment.of("a.txt", new byte[0])));
        Content.Literal literal = new Content.Literal("a", null, attachments);
        Content.Templated templated = new Content.Templated("a", null, Map.of(), attachments);

        attachments.clear();

        assertThat(literal.attachments()).hasSize(1).isUnmodifiable();
        assertThat(templated.attachments()).hasSize(1).isUnmodifiable();
    }

    @Test
    void a_template_has_a_name_and_may_have_a_version_of_one_line() {
        assertThat(new Content.Templated("welcome", null, Map.of(), List.of()).version())
                .isNull();
        assertRefused("template: the name is blank", () -> new Content.Templated(" ", null, Map.of(), List.of()));
        assertRefused("templateVersion: is blank", () -> new Content.Templated("a", "", Map.of(), List.of()));
        assertRefused(
                "template: the value holds the control character U+000A at 1; line ends and NUL are refused",
                () -> new Content.Templated("a\nb", null, Map.of(), List.of()));
        assertRefused(
                "templateVersion: the value holds the control character U+0000 at 0; line ends and NUL are refused",
                () -> new Content.Templated("a", "\0", Map.of(), List.of()));
        assertRefused(
                "template: has 257 characters, allowed are 256",
                () -> new Content.Templated("a".repeat(257), null, Map.of(), List.of()));
    }

    @Test
    void raw_content_is_copied_and_prints_its_size_only() throws IOException {
        byte[] mime = "Subject: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        Content.Raw raw = Content.Raw.of(mime);

        mime[0] = '!';

        assertThat(raw.size()).isEqualTo(14);
        assertThat(raw.open().readAllBytes())
                .asString(StandardCharsets.US_ASCII)
                .startsWith("Subject");
        assertThat(raw).hasToString("Raw[14 bytes]");
        assertRefused("raw: the message is empty", () -> Content.Raw.of(new byte[0]));
    }
}
