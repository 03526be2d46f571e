// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.mailer.api.Address;
import dev.mailer.api.Attachment;
import dev.mailer.api.Email;
import dev.mailer.api.Header;
import dev.mailer.api.spi.MessageSigner;
import dev.mailer.api.spi.TemplateEngine.Rendered;
import dev.mailer.api.spi.WireCapabilities;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageComposerTest {
    private static final String TEXT = "Thank you!";
    private static final String HTML = "<p>Thank you! <img src=\"cid:logo\"></p>";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text",
                "html",
                "alternative",
                "related",
                "alternative-related",
                "mixed",
                "mixed-alternative-related",
                "international",
                "many-recipients",
                "bcc-only",
                "file-names",
            })
    void every_shape_is_as_expected(String shape) throws IOException {
        String wire = Mails.wire(shape(shape));

        assertThat(wire.replace("\r\n", "")).doesNotContain("\r", "\n");
        assertThat(wire.split("\r\n", -1)).allMatch(line -> line.length() <= 998);
        assertThat(wire).isEqualTo(golden(shape + ".eml"));
    }

    @Test
    void the_same_under_other_locales_and_time_zones() {
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        byte[] before = Mails.bytes(Mails.composed(shape("international")));
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));

            assertThat(Mails.bytes(Mails.composed(shape("international")))).isEqualTo(before);
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }
    }

    @Test
    void capabilities_do_not_change_the_bytes() throws IOException {
        ComposedMessage message = Mails.composed(shape("international"));

        byte[] full = Mails.bytes(message, WireCapabilities.FULL);

        assertThat(Mails.bytes(message, WireCapabilities.MINIMAL)).isEqualTo(full);
        assertThat(message.size(WireCapabilities.MINIMAL)).isEqualTo(full.length);
        assertThat(message.needsSmtpUtf8()).isFalse();
        for (byte b : full) {
            assertThat(b).isPositive();
        }
    }

    @Test
    void only_a_local_part_that_is_not_ascii_needs_smtputf8() {
        Email email = Mails.mail().cc("Ü <üser@bücher.example>").text("x").build();

        ComposedMessage message = Mails.composed(email);

        assertThat(message.needsSmtpUtf8()).isTrue();
        assertThat(new String(Mails.bytes(message), StandardCharsets.UTF_8))
                .contains("Cc: =?utf-8?B?w5w=?= <üser@xn--bcher-kva.example>\r\n");
        assertThatThrownBy(() -> message.writeTo(OutputStream.nullOutputStream(), WireCapabilities.MINIMAL))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("SMTPUTF8");
        assertThat(Mails.composed(Mails.mail().cc("x@bücher.example").text("x").build())
                        .needsSmtpUtf8())
                .isFalse();
    }

    @Test
    void a_large_attachment_is_streamed_each_time() throws IOException {
        List<Integer> opened = new ArrayList<>();
        long size = 50_000_000;
        Email email = Mails.mail()
                .text("x")
                .attach(Attachment.of("big.bin", "application/octet-stream", () -> {
                    opened.add(1);
                    return new Zeros(size);
                }))
                .build();
        ComposedMessage message = Mails.composed(email);

        long[] written = {0};
        OutputStream count = new OutputStream() {
            @Override
            public void write(int b) {
                written[0]++;
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                written[0] += length;
            }
        };
        message.writeTo(count, WireCapabilities.FULL);

        assertThat(written[0]).isEqualTo(message.size(WireCapabilities.FULL)).isGreaterThan(size * 4 / 3);
        assertThat(opened).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void the_size_is_known_before_a_file_is_opened_where_the_file_tells_its_own() throws IOException {
        List<Integer> opened = new ArrayList<>();
        Attachment.Source source = new Attachment.Source() {
            @Override
            public InputStream open() {
                opened.add(1);
                return new Zeros(size());
            }

            @Override
            public long size() {
                return 1_000_000;
            }
        };
        Attachment file = Attachment.of("big.bin", "application/octet-stream", source);
        ComposedMessage message = Mails.composed(Mails.mail()
                .text("Grüße")
                .html("<p>Привет")
                .attach(file)
                .attach(file.inline("big"))
                .build());

        long size = message.size(WireCapabilities.MINIMAL);

        assertThat(opened).isEmpty();
        assertThat(Mails.bytes(message)).hasSize((int) size);
        assertThat(opened).hasSize(2);
    }

    @Test
    void a_large_message_that_is_signed_is_read_to_be_signed_and_to_be_sent_and_no_more() throws IOException {
        int[] opened = {0};
        Attachment.Source source = new Attachment.Source() {
            @Override
            public InputStream open() {
                opened[0]++;
                return new Zeros(size());
            }

            @Override
            public long size() {
                return 1_000_000;
            }
        };
        MessageSigner signer = (domain, at, message) -> {
            message.writeTo(OutputStream.nullOutputStream());
            return "DKIM-Signature: x\r\n";
        };
        ComposedMessage message = Mails.composed(Mails.mail()
                        .text("x")
                        .attach(Attachment.of("big.bin", "application/octet-stream", source))
                        .build())
                .signedBy(signer, "example.com", 1234);

        long size = message.size(WireCapabilities.FULL);

        assertThat(Mails.bytes(message)).hasSize((int) size);
        assertThat(opened[0]).isEqualTo(2);
    }

    @Test
    void a_small_file_is_read_once_for_all_attempts() {
        int[] opened = {0};
        ComposedMessage message = Mails.composed(Mails.mail()
                .text("x")
                .attach(Attachment.of("a.bin", "application/octet-stream", () -> {
                    opened[0]++;
                    return new Zeros(100_000);
                }))
                .build());

        byte[] first = Mails.bytes(message);

        assertThat(Mails.bytes(message)).isEqualTo(first);
        assertThat(opened[0]).isOne();
    }

    @Test
    void a_file_of_25_mb_takes_little_memory_to_be_sent(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("big.bin");
        try (OutputStream out = Files.newOutputStream(file)) {
            new Zeros(25_000_000).transferTo(out);
        }
        ComposedMessage message = Mails.composed(
                Mails.mail().text("x").attach(Attachment.of(file)).build());
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();

        message.writeTo(OutputStream.nullOutputStream(), WireCapabilities.FULL);

        assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(2_000_000);
        assertThat(message.size(WireCapabilities.FULL)).isGreaterThan(34_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Привет, мир", "Grüße aus dem schönen Köln am Rhein", "plain"})
    void the_last_line_has_an_end_in_every_encoding(String text) throws Exception {
        assertThat(Mails.wire(Mails.mail().text(text).build())).endsWith("\r\n").doesNotEndWith("\r\n\r\n");
        assertThat(textOf(Mails.mail().text(text).build())).isEqualTo(text + "\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Bob's file.pdf | filename=\"Bob's file.pdf\"",
                "=?utf-8?Q?a?= | filename*=utf-8''%3D%3Futf-8%3FQ%3Fa%3F%3D",
                "utf-8''x | filename*=utf-8''utf-8%27%27x",
                "ä+b | filename*=utf-8''%C3%A4%2Bb",
            })
    void a_file_name_that_readers_could_misread_is_encoded(String name, String parameter) {
        Email email = Mails.mail()
                .text("x")
                .attach(Attachment.of(name, "a/b", new byte[0]))
                .build();

        assertThat(Mails.wire(email)).contains("Content-Disposition: attachment;\r\n " + parameter + "\r\n");
    }

    @Test
    void an_unreadable_attachment_is_an_io_error() {
        Email email = Mails.mail()
                .text("x")
                .attach(Attachment.of("a", "text/plain", () -> {
                    throw new IOException("the content is gone");
                }))
                .build();

        assertThatThrownBy(() -> Mails.composed(email).writeTo(OutputStream.nullOutputStream(), WireCapabilities.FULL))
                .isInstanceOf(IOException.class)
                .hasMessage("the content is gone");
    }

    @Test
    void signature_fields_stand_in_front_and_are_made_once() throws IOException {
        List<Long> hashed = new ArrayList<>();
        MessageSigner signer = (domain, at, message) -> {
            long[] size = {0};
            message.writeTo(new OutputStream() {
                @Override
                public void write(int b) {
                    size[0]++;
                }

                @Override
                public void write(byte[] bytes, int offset, int length) {
                    size[0] += length;
                }
            });
            hashed.add(size[0]);
            return "DKIM-Signature: d=" + domain + "; t=" + at + "\r\n";
        };
        ComposedMessage plain = Mails.composed(Mails.mail().text("x").build());

        ComposedMessage signed = plain.signedBy(signer, "example.com", 1234);

        String expected =
                "DKIM-Signature: d=example.com; t=1234\r\n" + new String(Mails.bytes(plain), StandardCharsets.UTF_8);
        assertThat(new String(Mails.bytes(signed), StandardCharsets.UTF_8)).isEqualTo(expected);
        assertThat(new String(Mails.bytes(signed), StandardCharsets.UTF_8)).isEqualTo(expected);
        assertThat(signed.size(WireCapabilities.FULL)).isEqualTo(expected.length());
        assertThat(hashed).containsExactly((long) Mails.bytes(plain).length);
    }

    @Test
    void a_rendered_template_gives_subject_and_bodies() {
        Email email = Email.builder()
                .from("a@example.org")
                .to("b@example.org")
                .template("t", Map.of())
                .build();
        Email own = email.toBuilder().subject("Own").build();

        MailDraft draft = MailDraft.of(Mails.STAMP, List.of(), email, new Rendered("S", "T", "H"));

        assertThat(draft.header("subject")).isEqualTo("S");
        assertThat(draft.text()).isEqualTo("T");
        assertThat(draft.html()).isEqualTo("H");
        assertThat(MailDraft.of(Mails.STAMP, List.of(), own, new Rendered("S", "T", null))
                        .header("Subject"))
                .isEqualTo("Own");
    }

    @Test
    void the_language_stands_in_the_header_unless_the_mail_has_its_own() {
        assertThat(Mails.draft(Mails.mail().text("x").locale("de-AT").build()).header("Content-Language"))
                .isEqualTo("de-AT");
        assertThat(Mails.draft(Mails.mail().text("x").build()).header("Content-Language"))
                .isNull();
        Email own = Mails.mail()
                .text("x")
                .locale("de")
                .header("content-language", "de, en")
                .build();
        assertThat(Mails.draft(own).headers())
                .filteredOn(h -> h.name().equalsIgnoreCase("Content-Language"))
                .extracting(Header::value)
                .containsExactly("de, en");
    }

    @Test
    void a_text_part_is_made_of_the_html_where_that_is_asked_for() {
        Email mail = Mails.mail()
                .html("<p>Hello <a href=https://a.example>you</a></p>")
                .build();

        assertThat(Mails.draft(mail).text()).isNull();
        assertThat(Mails.draft(mail.toBuilder().textFromHtml().build()).text())
                .isEqualTo("Hello you (https://a.example)\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 56, 57, 58, 76, 996, 997, 998, 999, 100_000})
    void lines_of_every_length_arrive(int length) throws Exception {
        String text = "a".repeat(length) + "\n.\n..\nFrom me\n \t\n=_m_x\r\n--=_m_01977d3e5a0070008000"
                + "00000000abcd_1\r\n";

        assertThat(textOf(Mails.mail().text(text).build())).isEqualTo(text.replaceAll("\r?\n", "\r\n"));
        Email both = Mails.mail().text(text).html("<p>" + text).build();
        MimeMultipart parts = (MimeMultipart) parsed(both).getContent();
        assertThat(parts.getCount()).isEqualTo(2);
        assertThat((String) parts.getBodyPart(0).getContent()).isEqualTo(text.replaceAll("\r?\n", "\r\n"));
    }

    @Test
    void bare_line_ends_become_crlf() throws Exception {
        assertThat(textOf(Mails.mail().text("a\rb\nc\r\n\r.\r\rd").build()))
                .isEqualTo("a\r\nb\r\nc\r\n\r\n.\r\n\r\nd\r\n");
    }

    private static String textOf(Email email) throws Exception {
        return (String) parsed(email).getContent();
    }

    private static MimeMessage parsed(Email email) throws Exception {
        return new MimeMessage(
                Session.getInstance(new Properties()), new ByteArrayInputStream(Mails.bytes(Mails.composed(email))));
    }

    private static Email shape(String shape) {
        Attachment logo = Attachment.of("logo.png", "image/png", new byte[] {(byte) 137, 80, 78, 71})
                .inline("logo");
        Attachment file =
                Attachment.of("terms.pdf", "application/pdf", "%PDF".repeat(20).getBytes(StandardCharsets.UTF_8));
        return switch (shape) {
            case "text" -> Mails.mail().text(TEXT).build();
            case "html" -> Mails.mail().html(HTML).build();
            case "alternative" -> Mails.mail().text(TEXT).html(HTML).build();
            case "related" -> Mails.mail().html(HTML).attach(logo).build();
            case "alternative-related" ->
                Mails.mail().text(TEXT).html(HTML).attach(logo).build();
            case "mixed" -> Mails.mail().text(TEXT).attach(file).attach(logo).build();
            case "mixed-alternative-related" ->
                Mails.mail().text(TEXT).html(HTML).attach(file).attach(logo).build();
            case "international" ->
                Email.builder()
                        .from(Address.of("Jürgen \"Jü\" Müller", "shop@bücher.example"))
                        .to("\"Doe, Jo\" <jo@example.org>")
                        .replyTo("東京のお店 <help@example.com>")
                        .subject("Grüße aus Köln 😀 ".repeat(6).strip())
                        .text(
                                "Grüße\nmit freundlichem Gruß und einer Zeile, die länger als achtundsiebzig Zeichen ist, ja?\n")
                        .html("<p>東京のお店からのお知らせ</p>")
                        .header("X-Note", "ünd =?utf-8?Q?so?=")
                        .build();
            case "many-recipients" -> {
                Email.Builder many = Mails.mail().text(TEXT);
                for (int i = 0; i < 12; i++) {
                    many.to("Recipient number " + i + " <recipient-" + i + "@example.org>");
                }
                yield many.header(
                                "List-Unsubscribe",
                                "<https://example.com/unsubscribe?token=" + "x".repeat(80)
                                        + ">, <mailto:out@example.com>")
                        .build();
            }
            case "bcc-only" ->
                Email.builder()
                        .from("shop@example.com")
                        .bcc("hidden@example.org")
                        .subject("")
                        .text("")
                        .build();
            case "file-names" ->
                Mails.mail()
                        .text(TEXT)
                        .attach(Attachment.of("größe & \"co\".txt", "text/plain; charset=utf-8", new byte[] {1}))
                        .attach(Attachment.of(
                                "a \"b\".eml", "message/rfc822", "From: x\n\n".getBytes(StandardCharsets.UTF_8)))
                        .attach(Attachment.of("東京".repeat(30) + ".bin", "application/octet-stream", new byte[0]))
                        .build();
            default -> throw new IllegalArgumentException(shape);
        };
    }

    /** The expected message, byte for byte. */
    private static String golden(String name) throws IOException {
        try (InputStream in = MessageComposerTest.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long size) {
            this.left = size;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            int n = (int) Math.min(left, length);
            left -= n;
            return n == 0 ? -1 : n;
        }
    }
}
