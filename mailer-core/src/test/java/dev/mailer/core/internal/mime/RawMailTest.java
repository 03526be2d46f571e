// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Email;
import dev.mailer.api.Header;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.WireCapabilities;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RawMailTest {
    private static final String HEADER = String.join(
            "\r\n",
            "Date: Mon, 1 Jan 2024 00:00:00 +0000",
            "From: Jo <jo@example.com>",
            "Message-ID: <own@example.com>",
            "");

    @ParameterizedTest
    @CsvSource({
        "'From: a\\n\\nb\\n', 'From: a\\r\\n\\r\\nb\\r\\n'",
        "'From: a\\r\\rb\\r', 'From: a\\r\\n\\r\\nb\\r\\n'",
        "'From: a\\r\\n\\r\\nb', 'From: a\\r\\n\\r\\nb\\r\\n'",
        "'From: a', 'From: a\\r\\n'",
        "'From: a\\n\\n.\\n\\r.\\r\\n', 'From: a\\r\\n\\r\\n.\\r\\n\\r\\n.\\r\\n'",
        "'From: a\\nBcc: b\\n\\tc\\n d\\nTo: e\\n\\nBcc: body\\n', 'From: a\\r\\nTo: e\\r\\n\\r\\nBcc: body\\r\\n'",
        "'bcc : b\\nFrom: a\\nRESENT-BCC: c\\n\\n', 'From: a\\r\\n\\r\\n'",
        "'From: a\\n \\nBcc: b\\n\\nx\\n', 'From: a\\r\\n \\r\\n\\r\\nx\\r\\n'",
    })
    void line_ends_become_crlf_and_bcc_goes(String given, String expected) {
        assertThat(text(RawMail.accept(bytes(unescaped(given))))).isEqualTo(unescaped(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n\nbody",
                "no colon\n\n",
                ": x\n\n",
                " folded: first\n\n",
                "From: a\nno colon\n\n",
                "From: a\n\nx\0y",
                "Fr\0m: a\n\n",
                "Nöme: x\n\n"
            })
    void what_is_no_message_is_refused(String given) {
        assertThatThrownBy(() -> RawMail.accept(bytes(given)))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessageStartingWith("raw: ");
    }

    @Test
    void limits_end_hostile_headers_and_nesting() {
        StringBuilder nested = new StringBuilder("From: a\r\n");
        for (int i = 0; i < 100_000; i++) {
            nested.append("Content-Type: multipart/mixed; boundary=\"b")
                    .append(i)
                    .append("\"\r\n\r\n--b")
                    .append(i)
                    .append("\r\n");
        }
        String messages = "From: a\r\nContent-Type: message/rfc822\r\n\r\n"
                + "Content-Type: message/rfc822\r\n\r\n".repeat(100_000);
        String same = "From: a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
                + "--b\r\nContent-Type: multipart/mixed;\r\n boundary=b\r\n\r\n".repeat(100_000);
        String parts =
                "From: a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + "--b\r\n\r\nx\r\n".repeat(100_000);

        for (String hostile : List.of(
                "X: y\r\n".repeat(1_000_000),
                "X: " + "y".repeat(1_000_000) + "\r\n",
                nested.toString(),
                messages,
                same,
                parts)) {
            byte[] given = bytes(hostile);
            withinASecondOfWork(() -> assertThatThrownBy(() -> RawMail.accept(given))
                    .isInstanceOf(InvalidEmailException.class)
                    .hasMessageContaining(" than "));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "boundary=b%d",
                "x-boundary=other; boundary=b%d",
                "boundary=other; boundary=b%d",
                "boundary*0=b; boundary*1=%d",
                "boundary*0*=us-ascii'en'%%62; boundary*1=%d",
                "boundary*=us-ascii'en'%%62%d",
                "charset=x; BOUNDARY = \"b%d\"",
                "(a comment) boundary=b%d"
            })
    void nesting_is_limited_however_a_boundary_is_written(String parameters) {
        StringBuilder nested = new StringBuilder("From: a\r\n");
        for (int i = 0; i < 1_000; i++) {
            nested.append("Content-Type: multipart/mixed; ")
                    .append(parameters.formatted(i))
                    .append("\r\n\r\n--b")
                    .append(i)
                    .append("\r\n");
        }
        byte[] given = bytes(nested.toString());

        assertThatThrownBy(() -> RawMail.accept(given)).hasMessageContaining("nests deeper than");
    }

    @Test
    void a_type_with_many_boundaries_is_refused() {
        StringBuilder type = new StringBuilder("From: a\r\nContent-Type: multipart/mixed");
        for (int i = 0; i < 1_000; i++) {
            type.append(";\r\n boundary=b").append(i);
        }
        byte[] given = bytes(type.append("\r\n\r\nx\r\n").toString());

        assertThatThrownBy(() -> RawMail.accept(given)).hasMessageContaining("more than 16 boundaries");
    }

    @Test
    void an_untouched_message_keeps_every_byte() {
        String mime = HEADER + "X-Odd :  kept \r\n\tas it is\r\nSubject: =?utf-8?q?=C3=BC?=\r\n\r\nbody \r\n";

        assertThat(Mails.wire(Mails.raw(mime))).isEqualTo(mime);
    }

    @Test
    void date_and_message_id_are_added_in_front_where_missing() {
        assertThat(Mails.wire(Mails.raw("From: a@example.com\r\nSubject: s\r\n\r\nbody\r\n")))
                .isEqualTo(String.join(
                        "\r\n",
                        "Date: Sat, 5 Sep 2026 03:04:05 +0000",
                        "Message-ID: <01977d3e@mailer.example>",
                        "From: a@example.com",
                        "Subject: s",
                        "",
                        "body",
                        ""));
        assertThat(Mails.wire(Mails.raw("Date: x\r\nmessage-id: <y>\r\n\r\n")))
                .isEqualTo("From: shop@example.com\r\nDate: x\r\nmessage-id: <y>\r\n\r\n");
    }

    @Test
    void edits_touch_only_their_field() {
        MailDraft draft = Mails.draft(Mails.raw(HEADER + "X-A: 1\r\nx-b:  2\r\nX-A: 3\r\n\r\nbody\r\n"));

        draft.setHeader("x-a", "new");
        draft.addHeader("List-Unsubscribe", "<https://example.com/u>");
        draft.removeHeader("X-C");

        assertThat(draft.isRaw()).isTrue();
        assertThat(draft.header("X-B")).isEqualTo("2");
        assertThat(draft.headers()).contains(new Header("x-b", "2"));
        assertThat(new String(Mails.bytes(new MessageComposer().compose(draft)), StandardCharsets.UTF_8))
                .isEqualTo(HEADER + "x-a: new\r\nx-b:  2\r\nList-Unsubscribe: <https://example.com/u>\r\n\r\nbody\r\n");
        assertThatThrownBy(() -> draft.text("x")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> draft.setHeader("Content-Type", "text/html"))
                .isInstanceOf(InvalidEmailException.class);
        assertThatThrownBy(() -> draft.addHeader("Bcc", "x@example.org")).isInstanceOf(InvalidEmailException.class);
        assertThatThrownBy(() -> draft.addHeader("X", "a\r\nBcc: b")).isInstanceOf(InvalidEmailException.class);
        assertThatThrownBy(() -> draft.addHeader("From", "x@example.org")).isInstanceOf(InvalidEmailException.class);
    }

    @Test
    void eight_bit_headers_are_encoded_for_hops_without_smtputf8() {
        String mime = HEADER + "To: Jürgen <j@example.org>\r\nSubject: Grüße\r\n\r\nbody\r\n";
        ComposedMessage message = Mails.composed(Mails.raw(mime));

        assertThat(message.needsSmtpUtf8()).isFalse();
        assertThat(Mails.bytes(message, WireCapabilities.FULL)).isEqualTo(bytes(mime));
        assertThat(new String(Mails.bytes(message, WireCapabilities.MINIMAL), StandardCharsets.UTF_8))
                .isEqualTo(
                        HEADER
                                + "To: =?utf-8?Q?J=C3=BCrgen?= <j@example.org>\r\nSubject: =?utf-8?B?R3LDvMOfZQ==?=\r\n\r\nbody\r\n");
        assertThat(Mails.composed(Mails.raw(HEADER + "To: jürgen@example.org\r\n\r\n"))
                        .needsSmtpUtf8())
                .isTrue();
        assertThat(Mails.composed(Mails.raw(HEADER + "\r\nü\r\n")).needsEightBit())
                .isTrue();
    }

    static Stream<Arguments> eightBitFields() {
        return Stream.of(
                Arguments.of(
                        "To: \"Müller, J\" <a@x.example>,\r\n\tBob\r\n\t<b@x.example>",
                        "To: =?utf-8?Q?M=C3=BCller=2C_J?= <a@x.example>, Bob <b@x.example>"),
                Arguments.of(
                        "Cc: Grüne Gruppe: a@x.example,b@[IPv6:2001:db8::1];",
                        "Cc: =?utf-8?B?R3LDvG5l?= Gruppe: a@x.example, b@[IPv6:2001:db8::1];"),
                Arguments.of(
                        "Reply-To: j@x.example (der Jürgen), k@x.example",
                        "Reply-To: j@x.example ( der =?utf-8?Q?J=C3=BCrgen?= ), k@x.example"),
                Arguments.of(
                        "Resent-To: Jürgen <j@bücher.example>",
                        "Resent-To: =?utf-8?Q?J=C3=BCrgen?= <j@xn--bcher-kva.example>"),
                Arguments.of(
                        "Disposition-Notification-To: =?utf-8?q?J?= ü <j@x.example>",
                        "Disposition-Notification-To: =?utf-8?q?J?= =?utf-8?B?IMO8?= <j@x.example>"),
                Arguments.of(
                        "Content-Type: text/plain; charset=utf-8;\r\n\tname=\"größe; 1.txt\"",
                        "Content-Type: text/plain;\r\n charset=utf-8;\r\n name*=utf-8''gr%C3%B6%C3%9Fe%3B%201.txt"),
                Arguments.of(
                        "Content-Disposition: attachment; filename=größe.txt",
                        "Content-Disposition: attachment;\r\n filename*=utf-8''gr%C3%B6%C3%9Fe.txt"),
                Arguments.of(
                        "Content-Disposition: attachment; filename=\"größe (1).txt\"",
                        "Content-Disposition: attachment;\r\n filename*=utf-8''gr%C3%B6%C3%9Fe%20%281%29.txt"),
                Arguments.of(
                        "Content-Type: text/plain; charset=utf-8 (größe); x=\"a (b\" (ü)",
                        "Content-Type: text/plain;\r\n charset=utf-8;\r\n x*=utf-8''a%20%28b%20%28%C3%BC%29"),
                Arguments.of(
                        "Content-Disposition: attachment; filename=\"größe*2.txt\"",
                        "Content-Disposition: attachment;\r\n filename*=utf-8''gr%C3%B6%C3%9Fe%2A2.txt"),
                Arguments.of(
                        "Content-Disposition: attachment; FileName=größe.txt; filename*=utf-8''g.txt",
                        "Content-Disposition: attachment;\r\n filename*=utf-8''g.txt"),
                Arguments.of(
                        "Content-Disposition: attachment; filename*0*=utf-8''g; filename*1=.txt; filename=\"größe.txt\"",
                        "Content-Disposition: attachment;\r\n filename*0*=utf-8''g;\r\n filename*1=.txt"),
                Arguments.of("Subject: =?utf-8?q?a?= ü", "Subject: =?utf-8?q?a?= =?utf-8?B?IMO8?="),
                Arguments.of(
                        "List-Id: Bücher <books.x.example>", "List-Id: =?utf-8?Q?B=C3=BCcher?= <books.x.example>"));
    }

    @ParameterizedTest
    @MethodSource("eightBitFields")
    void the_ascii_form_keeps_what_readers_look_for(String field, String expected) {
        ComposedMessage message = Mails.composed(Mails.raw(HEADER + field + "\r\n\r\nbody\r\n"));

        assertThat(message.needsSmtpUtf8()).isFalse();
        assertThat(new String(Mails.bytes(message, WireCapabilities.MINIMAL), StandardCharsets.UTF_8))
                .isEqualTo(HEADER + expected + "\r\n\r\nbody\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "To: Jo <jürgen@x.example>, (c) a@x.example",
                "Resent-To: jürgen@x.example",
                "Cc: Gruppe: \"jürgen\"@x.example;",
            })
    void a_local_part_that_is_not_ascii_needs_smtputf8_wherever_it_stands(String field) {
        ComposedMessage message = Mails.composed(Mails.raw(HEADER + field + "\r\n\r\nbody\r\n"));

        assertThat(message.needsSmtpUtf8()).isTrue();
    }

    @Test
    void the_ascii_form_of_hostile_fields_takes_no_second() {
        for (String hostile :
                List.of("ü ", ";", "\"\"", "()", "(", "<", "[", "\"", "<>,", "ü" + " ".repeat(50) + "a ")) {
            for (String name : List.of("To", "Content-Type", "X-Note")) {
                String value = "ü" + hostile.repeat(240_000 / hostile.length() / 2);
                Email email = Mails.raw(HEADER + name + ": " + value + "\r\n\r\n");

                byte[] ascii = withinASecondOfWork(() -> Mails.bytes(Mails.composed(email), WireCapabilities.MINIMAL));

                assertThat(ascii).isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Jo <jo@Example.com>, example.com",
        "'(c) jo@bücher.example (x)', xn--bcher-kva.example",
        "nobody, ",
        "'a@x.example, b@y.example', x.example",
    })
    void the_sender_domain_is_read_from_foreign_headers(String from, String domain) {
        assertThat(Mails.draft(Mails.raw("From: " + from + "\r\n\r\n")).senderDomain())
                .isEqualTo(domain);
    }

    @Test
    void foreign_mails_are_accepted_or_refused_within_a_second() throws IOException {
        Path corpus = Path.of(System.getProperty("mailer.corpora", "")).resolve("mime");
        Assumptions.assumeTrue(Files.isDirectory(corpus), "corpora are absent");
        List<Path> files;
        try (Stream<Path> all = Files.walk(corpus)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        int accepted = 0;
        for (Path file : files) {
            byte[] given = Files.readAllBytes(file);
            if (given.length == 0) {
                continue;
            }
            accepted += withinASecondOfWork(() -> accepts(given)) ? 1 : 0;
        }
        assertThat(accepted).isGreaterThan(files.size() / 2);
    }

    /** By the processor's time for this thread, so that a busy machine changes nothing. */
    private static <T> T withinASecondOfWork(Supplier<T> work) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        T result = work.get();
        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - start)).isLessThan(Duration.ofSeconds(1));
        return result;
    }

    private static boolean accepts(byte[] given) {
        RawMail mail;
        try {
            mail = RawMail.accept(given);
        } catch (InvalidEmailException e) {
            return false;
        }
        assertThat(RawMail.accept(mail.bytes()).bytes()).isEqualTo(mail.bytes());
        if (mail.header("Bcc") == null
                && mail.header("Date") != null
                && mail.header("Message-ID") != null
                && mail.header("From") != null) {
            byte[] wire = Mails.bytes(Mails.composed(Mails.mailOf(mail.bytes())));
            assertThat(withoutLineEnds(wire)).isEqualTo(withoutLineEnds(given));
        }
        return true;
    }

    private static byte[] withoutLineEnds(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte b : bytes) {
            if (b != '\r' && b != '\n') {
                out.write(b);
            }
        }
        return out.toByteArray();
    }

    private static String text(RawMail mail) {
        return new String(mail.bytes(), StandardCharsets.UTF_8);
    }

    private static String unescaped(String text) {
        return text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
