// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint.Response;
import dev.mailer.mailbox.mime.ParsedMail;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostileMailTest {
    @Test
    void every_mail_of_the_corpus_can_be_looked_at_within_a_second() throws IOException {
        List<Path> mails = Corpora.mails();
        assertThat(mails).hasSizeGreaterThan(100);

        for (Path mail : mails) {
            show(mail.toString(), Bytes.wrap(Files.readAllBytes(mail)));
        }
    }

    @Test
    void a_million_parts() {
        String note = show(
                "parts", Mails.bytes("Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\n".repeat(1_000_000)));

        assertThat(note).contains("more than 500 parts");
    }

    @Test
    void ten_thousand_levels() {
        StringBuilder mail = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            mail.append("Content-Type: multipart/mixed; boundary=b")
                    .append(i)
                    .append("\n\n--b")
                    .append(i)
                    .append('\n');
        }

        assertThat(show("levels", Mails.bytes(mail.toString()))).contains("more than 50 deep");
    }

    @Test
    void a_thousand_enclosed_mails() {
        String note = show("enclosed", Mails.bytes("Content-Type: message/rfc822\n\n".repeat(1_000)));

        assertThat(note).contains("more than 50 deep");
    }

    @Test
    void large_levels_are_not_read_over_and_over() {
        StringBuilder mail = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            mail.append("Content-Type: multipart/mixed; boundary=b")
                    .append(i)
                    .append("\n\n--b")
                    .append(i)
                    .append('\n');
        }
        mail.append("\n").append("x\n".repeat(1_000_000));

        assertThat(show("large levels", Bytes.utf8(mail.toString()))).contains("would take too long");
    }

    @Test
    void two_hundred_thousand_headers() {
        assertThat(show("headers", Mails.bytes("X: y\n".repeat(1_000_000) + "\nbody\n")))
                .contains("A header is very long");
    }

    @Test
    void one_endless_header() {
        show("header", Mails.bytes("Subject: " + "=?utf-8?Q?x?= ".repeat(300_000) + "\n\nbody\n"));
        show("folds", Mails.bytes("Subject: x" + "\n =?utf-8?Q?x?=".repeat(300_000) + "\n\nbody\n"));
        show("addresses", Mails.bytes("To: " + "(".repeat(500_000) + "\n\nbody\n"));
        show("parameters", Mails.bytes("Content-Type: text/plain" + "; a=b".repeat(300_000) + "\n\nbody\n"));
    }

    @Test
    void deep_html() {
        show("html", Mails.bytes("Content-Type: text/html\n\n" + "<div><table><tr><td>".repeat(10_000)));
    }

    @Test
    void only_the_beginning_of_a_long_text_is_shown() {
        String note = show("text", Mails.bytes("Subject: long\n\n" + "0123456789\n".repeat(500_000)));

        assertThat(note).contains("Only the first 1024 KiB are shown.");
    }

    @Test
    void broken_encodings_leave_a_note() {
        String header = "Content-Type: text/plain; charset=no-such-charset\nContent-Transfer-Encoding: ";

        assertThat(show("unknown", Mails.bytes(header + "rot13\n\nhello\n"))).contains("transfer encoding is unknown");
        assertThat(show("base64", Mails.bytes(header + "base64\n\naGVsbG8=*=x\n")))
                .contains("hello");
        assertThat(show("empty", Bytes.EMPTY)).contains("(no subject)");
        assertThat(show("no boundary", Mails.bytes("Content-Type: multipart/mixed\n\nhello\n")))
                .contains("no boundary");
        assertThat(show("no end", Mails.bytes("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n")))
                .contains("may have been cut off");
    }

    @Test
    void old_charsets_and_raw_bytes_are_read() {
        byte[] latin = "Subject: gr\u00fc\u00dfe\r\n\r\ngr\u00fcn\r\n".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(ParsedMail.of(latin).text()).isEqualTo("grün\r\n");
        assertThat(ParsedMail.of(latin).root().header().decoded("subject")).isEqualTo("grüße");
    }

    /** Shows a mail in every way, each within a second of work, and gives the first page. */
    private static String show(String name, Bytes raw) {
        Mailbox mailbox = new Mailbox(1, 1 << 28);
        long start = cpuTime();
        MailboxMessage message = Mails.add(mailbox, raw);
        MailboxEndpoint endpoint = Mails.endpoint(mailbox);
        String first = get(name, endpoint, "/m/1", Map.of(), start);
        for (String view : List.of("html", "text", "headers", "structure", "source")) {
            get(name + " " + view, endpoint, "/m/1", Map.of("view", view), cpuTime());
        }
        for (String path : List.of("/", "/m/1/html", "/m/1/parts/0", "/api/messages/1")) {
            get(name + " " + path, endpoint, path, Map.of("q", "no such words"), cpuTime());
        }
        assertThat(get(name, endpoint, "/m/1/raw", Map.of(), cpuTime()).length())
                .isNotNegative();
        assertThat(message.raw()).isEqualTo(raw);
        return first;
    }

    private static String get(
            String name, MailboxEndpoint endpoint, String path, Map<String, String> query, long start) {
        Response response = Mails.get(endpoint, path, query);
        assertThat(response.status()).as(name).isEqualTo(200);
        assertThat(Duration.ofNanos(cpuTime() - start)).as(name).isLessThan(Duration.ofSeconds(1));
        return response.body().asUtf8();
    }

    /** Of this thread, so that a busy machine changes nothing. */
    private static long cpuTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
