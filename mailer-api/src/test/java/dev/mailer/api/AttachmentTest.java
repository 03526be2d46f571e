// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttachmentTest {
    private static final byte[] CONTENT = {1, 2, 3};

    private static void assertRefused(String message, Runnable call) {
        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(call::run)
                .withMessage(message)
                .satisfies(e -> assertThat(e.field()).isEqualTo("attachments"));
    }

    private static byte[] read(Attachment a) throws IOException {
        try (InputStream in = a.open()) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a.pdf, application/pdf",
        "a.PDF, application/pdf",
        "a.b.txt, text/plain",
        "a.csv, text/csv",
        "a.html, text/html",
        "a.htm, text/html",
        "a.ics, text/calendar",
        "a.vcf, text/vcard",
        "a.json, application/json",
        "a.xml, application/xml",
        "a.zip, application/zip",
        "a.tar.gz, application/gzip",
        "a.png, image/png",
        "a.jpg, image/jpeg",
        "a.jpeg, image/jpeg",
        "a.gif, image/gif",
        "a.webp, image/webp",
        "a.svg, image/svg+xml",
        "a.doc, application/msword",
        "a.docx, application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "a.xls, application/vnd.ms-excel",
        "a.xlsx, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "a.pptx, application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "a.eml, message/rfc822",
        "a.mp3, audio/mpeg",
        "a.mp4, video/mp4",
        "a.exe, application/octet-stream",
        "a., application/octet-stream",
        "a, application/octet-stream",
        ".pdf, application/pdf"
    })
    void the_type_follows_from_the_ending(String name, String type) {
        assertThat(Attachment.of(name, CONTENT).contentType()).isEqualTo(type);
    }

    @Test
    void a_name_without_a_dot_has_no_ending() {
        assertThat(Attachment.of("pdf", CONTENT).contentType()).isEqualTo(Attachment.DEFAULT_TYPE);
    }

    @Test
    void the_bytes_are_copied_and_can_be_read_again() throws IOException {
        byte[] bytes = CONTENT.clone();
        Attachment a = Attachment.of("a.bin", bytes);

        bytes[0] = 9;

        assertThat(read(a)).isEqualTo(CONTENT);
        assertThat(read(a)).isEqualTo(CONTENT);
    }

    @Test
    void a_source_is_opened_only_when_asked() throws IOException {
        AtomicInteger opened = new AtomicInteger();
        Attachment a = Attachment.of("a.bin", "application/x-a", () -> {
            opened.incrementAndGet();
            return new ByteArrayInputStream(CONTENT);
        });

        assertThat(opened).hasValue(0);
        assertThat(read(a)).isEqualTo(CONTENT);
        assertThat(opened).hasValue(1);
    }

    @Test
    void a_file_goes_under_its_own_name_and_is_read_when_asked(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("r\u00E9sum\u00E9.pdf");
        Attachment a = Attachment.of(file);

        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(a::open);
        Files.write(file, CONTENT);

        assertThat(a.fileName()).isEqualTo("r\u00E9sum\u00E9.pdf");
        assertThat(a.contentType()).isEqualTo("application/pdf");
        assertThat(read(a)).isEqualTo(CONTENT);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"../passwd, 2", "/etc/passwd, 0", "C:\\a.txt, 2", "a\u0085b, 1", "a\tb, 1", "a\u007F, 1"})
    void a_name_with_a_path_or_a_control_character_is_refused(String name, int at) {
        assertRefused(
                "attachments: file name holds a path separator or control character at " + at,
                () -> Attachment.of(name, CONTENT));
    }

    @Test
    void a_name_of_line_ends_or_half_characters_is_refused() {
        assertRefused(
                "attachments: file name holds the control character U+000D at 1; line ends and NUL are refused",
                () -> Attachment.of("a\r\nBcc: x", CONTENT));
        assertRefused(
                "attachments: file name holds half a surrogate pair at 1; it is not valid Unicode",
                () -> Attachment.of("a\uD83D", CONTENT));
    }

    @Test
    void a_name_has_1_to_255_characters() {
        assertThat(Attachment.of("x".repeat(255), CONTENT).fileName()).hasSize(255);
        assertRefused(
                "attachments: file name has 0 characters, allowed are 1 to 255", () -> Attachment.of("", CONTENT));
        assertRefused(
                "attachments: file name has 256 characters, allowed are 1 to 255",
                () -> Attachment.of("x".repeat(256), CONTENT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "text/plain; charset=utf-8", "application/vnd.a+b", "TEXT/Plain ;a=\"b c\""})
    void a_type_may_have_parameters(String type) {
        assertThat(Attachment.of("a", type, CONTENT).contentType()).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "text", "text/", "/plain", "text/plain/x", "te xt/plain", "text/pl@in", "text/plain, a/b"})
    void a_type_that_is_none_is_refused(String type) {
        assertRefused(
                "attachments: content type '" + type + "' is not type/subtype (RFC 2045 \u00A75.1)",
                () -> Attachment.of("a", type, CONTENT));
    }

    @Test
    void a_refused_type_is_shown_short_and_without_control_characters() {
        assertRefused(
                "attachments: content type 'text/plain??X: y' is not type/subtype (RFC 2045 \u00A75.1)",
                () -> Attachment.of("a", "text/plain\r\nX: y", CONTENT));
        assertRefused(
                "attachments: content type '" + "a".repeat(60) + "\u2026' is not type/subtype (RFC 2045 \u00A75.1)",
                () -> Attachment.of("a", "a".repeat(61), CONTENT));
        assertRefused(
                "attachments: content type 'a/" + "b".repeat(58) + "\u2026' is not type/subtype (RFC 2045 \u00A75.1)",
                () -> Attachment.of("a", "a/" + "b".repeat(254), CONTENT));
    }

    @Test
    void an_inline_image_is_the_same_content_with_an_id() throws IOException {
        Attachment plain = Attachment.of("logo.png", CONTENT);
        Attachment inline = plain.inline("logo@example.com");

        assertThat(plain.contentId()).isNull();
        assertThat(inline.contentId()).isEqualTo("logo@example.com");
        assertThat(inline.fileName()).isEqualTo("logo.png");
        assertThat(inline.contentType()).isEqualTo("image/png");
        assertThat(read(inline)).isEqualTo(CONTENT);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"<logo>, 0", "lo go, 2", "logo>, 4", "log\u00F6, 3", "a\u007F, 1"})
    void a_content_id_is_printable_ascii_without_brackets(String id, int at) {
        assertRefused(
                "attachments: content id holds a character that is not allowed at " + at
                        + "; give it without angle brackets",
                () -> Attachment.of("a", CONTENT).inline(id));
    }

    @Test
    void a_content_id_has_1_to_250_characters() {
        assertThat(Attachment.of("a", CONTENT).inline("x".repeat(250)).contentId())
                .hasSize(250);
        assertRefused(
                "attachments: content id has 0 characters, allowed are 1 to 250",
                () -> Attachment.of("a", CONTENT).inline(""));
        assertRefused(
                "attachments: content id has 251 characters, allowed are 1 to 250",
                () -> Attachment.of("a", CONTENT).inline("x".repeat(251)));
    }

    @Test
    void prints_neither_name_nor_content() {
        assertThat(Attachment.of("salary.pdf", CONTENT)).hasToString("Attachment[application/pdf]");
        assertThat(Attachment.of("me.png", CONTENT).inline("me")).hasToString("Attachment[image/png, inline]");
    }

    @Test
    void the_size_is_known_of_what_is_in_memory_and_of_sources_that_tell_it() {
        Attachment.Source counted = new Attachment.Source() {
            @Override
            public InputStream open() {
                return new ByteArrayInputStream(CONTENT);
            }

            @Override
            public long size() {
                return CONTENT.length;
            }
        };

        assertThat(Attachment.of("a.txt", CONTENT).inline("a").size()).isEqualTo(3);
        assertThat(Attachment.of("a.txt", "text/plain", counted).size()).isEqualTo(3);
        assertThat(Attachment.of("a.txt", "text/plain", () -> new ByteArrayInputStream(CONTENT))
                        .size())
                .isEqualTo(-1);
        assertThat(Attachment.of(Path.of("a.txt")).size()).isEqualTo(-1);
    }
}
