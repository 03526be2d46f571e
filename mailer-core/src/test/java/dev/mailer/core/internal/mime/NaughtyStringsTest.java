// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Address;
import dev.mailer.api.Attachment;
import dev.mailer.api.Content;
import dev.mailer.api.Email;
import dev.mailer.api.InvalidEmailException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.TextBody;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.apache.james.mime4j.stream.MimeConfig;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Two foreign parsers read back what we composed. */
class NaughtyStringsTest {
    private static final String SPECIALS =
            "\"(),.:;<>@[]\\ =?utf-8?Q?a?= \t!#$%&'*+-/=?^_`{|}~ é😀\u200f\u2028\u0085\u560d\u560a";

    private static final Session SESSION = Session.getInstance(new Properties());

    @Test
    void every_string_arrives_in_every_field() throws Exception {
        Path corpus = Path.of(System.getProperty("mailer.corpora", "")).resolve("security/naughty-strings.jsonl");
        Assumptions.assumeTrue(Files.isReadable(corpus), "corpora are absent");
        List<String> strings = new ArrayList<>();
        JsonMapper json = new JsonMapper();
        for (String line : Files.readAllLines(corpus)) {
            strings.add(json.readTree(line).get("s").asString());
        }
        int composed = 0;
        for (String string : strings) {
            composed += roundTrip(string) ? 1 : 0;
        }
        assertThat(composed).isGreaterThan(strings.size() / 3);
    }

    @Test
    void our_own_specials_arrive() throws Exception {
        for (int i = 0; i < SPECIALS.length(); i = SPECIALS.offsetByCodePoints(i, 1)) {
            String c = Character.toString(SPECIALS.codePointAt(i));
            roundTrip("a" + c + "b");
            roundTrip(c);
            roundTrip(("word" + c + " ").repeat(40));
        }
        roundTrip("x".repeat(900) + "é");
        roundTrip("x".repeat(998));
        roundTrip("😀".repeat(200));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r",
                "\n",
                "\r\n",
                "\0",
                "\r\nBcc: x@example.org",
                "\u2028",
                "\u0085",
                "%0d%0a",
                "\u560d\u560a",
                "\n\n<b>",
                "\uD83D"
            })
    void nothing_adds_a_header(String injected) {
        String value = "a" + injected + "b";
        List<Supplier<Email.Builder>> fields = List.of(
                () -> Mails.mail().text("x").header("X-Own", value),
                () -> Mails.mail().text("x").header("X-" + value, "v"),
                () -> Email.builder()
                        .from("a@example.org")
                        .to("b@example.org")
                        .subject(value)
                        .text("x"),
                () -> Email.builder()
                        .from(Address.of(value, "a@example.org"))
                        .to("b@example.org")
                        .subject("s")
                        .text("x"),
                () -> Mails.mail().text("x").to("\"" + value + "\" <c@example.org>"),
                () -> Mails.mail().text("x").cc(value + "@example.org"),
                () -> Mails.mail().text("x").replyTo("a@" + value + ".example"),
                () -> Mails.mail().text("x").attach(Attachment.of(value, "text/plain", new byte[0])),
                () -> Mails.mail().text("x").attach(Attachment.of("a", "text/plain; x=" + value, new byte[0])),
                () -> Mails.mail()
                        .html("x")
                        .attach(Attachment.of("a", "text/plain", new byte[0]).inline(value)));
        for (Supplier<Email.Builder> field : fields) {
            Email email;
            try {
                email = field.get().build();
            } catch (InvalidEmailException e) {
                continue;
            }
            List<String> names = headerNames(email);
            assertThat(names).doesNotContain("Bcc").doesNotHaveDuplicates();
            assertThat(names)
                    .isSubsetOf(
                            "Date",
                            "From",
                            "To",
                            "Cc",
                            "Reply-To",
                            "Subject",
                            "Message-ID",
                            "MIME-Version",
                            "X-Own",
                            "X-" + value,
                            "Content-Type",
                            "Content-Transfer-Encoding");
        }
    }

    @Test
    void edits_of_a_draft_are_checked_too() {
        MailDraft draft = Mails.draft(Mails.mail().text("x").build());

        for (String name : List.of("Content-Type", "message-id", "Bcc", "MIME-Version", "X Y", "X:", "")) {
            assertThatThrownBy(() -> draft.setHeader(name, "v")).isInstanceOf(InvalidEmailException.class);
        }
        assertThatThrownBy(() -> draft.setHeader("X", "a\nb")).isInstanceOf(InvalidEmailException.class);
        assertThatThrownBy(() -> draft.setHeader("To", "a, <b")).isInstanceOf(InvalidEmailException.class);
        assertThatThrownBy(() -> draft.addHeader("Subject", "2")).isInstanceOf(InvalidEmailException.class);
    }

    private static List<String> headerNames(Email email) {
        String wire = Mails.wire(email);
        return Arrays.stream(wire.substring(0, wire.indexOf("\r\n\r\n")).split("\r\n"))
                .filter(line -> !line.startsWith(" ") && !line.startsWith("\t"))
                .map(line -> line.substring(0, line.indexOf(':')))
                .toList();
    }

    /** False when the API refuses the string in some field; the others are still compared. */
    private static boolean roundTrip(String s) throws Exception {
        Address from = accepted(() -> Address.of(s, "shop@example.com"));
        Attachment file = accepted(() -> Attachment.of(s, "text/plain", s.getBytes(StandardCharsets.UTF_8)));
        boolean subject = accepted(() -> Mails.mail().header("X-Own", s)) != null && s.length() <= Email.MAX_SUBJECT;
        boolean body = s.indexOf(0) < 0;
        Email.Builder builder = Email.builder()
                .from(from == null ? Address.of("shop@example.com") : from)
                .to("jo@example.org")
                .subject(subject ? s : "-")
                .text(body ? s : "-")
                .html(body ? "<p>" + s : "-");
        if (subject) {
            builder.header("X-Own", s);
        }
        if (file != null) {
            builder.attach(file);
        }
        Email email = builder.build();

        byte[] wire = Mails.bytes(Mails.composed(email));

        assertThat(Arrays.stream(new String(wire, StandardCharsets.UTF_8).split("\r\n"))
                        .mapToInt(String::length))
                .allMatch(length -> length <= 998);
        compareAngus(email, file, angus(wire));
        compareMime4j(email, file, mime4j(wire));
        return from != null && file != null && subject && body;
    }

    private static void compareAngus(Email email, Attachment file, MimeMessage message) throws Exception {
        assertThat(message.getSubject()).isEqualTo(email.subject());
        InternetAddress from = (InternetAddress) message.getFrom()[0];
        assertThat(from.getAddress()).isEqualTo("shop@example.com");
        assertThat(from.getPersonal()).isEqualTo(email.from().name());
        if (!email.headers().isEmpty()) {
            assertThat(MimeUtility.decodeText(MimeUtility.unfold(message.getHeader("X-Own")[0])))
                    .isEqualTo(email.subject());
        }
        assertThat(Collections.list(message.getAllHeaders()))
                .hasSize(email.headers().size() + 7);
        MimeMultipart bodies = (MimeMultipart) message.getContent();
        if (file != null) {
            assertThat(bodies.getCount()).isEqualTo(2);
            assertThat(MimeUtility.decodeText(bodies.getBodyPart(1).getFileName()))
                    .isEqualTo(file.fileName());
            assertThat(bodies.getBodyPart(1).getInputStream().readAllBytes())
                    .isEqualTo(file.open().readAllBytes());
            bodies = (MimeMultipart) bodies.getBodyPart(0).getContent();
        }
        assertThat(bodies.getCount()).isEqualTo(2);
        String text = ((Content.Literal) email.content()).text();
        assertThat((String) bodies.getBodyPart(0).getContent()).isEqualTo(crLf(text));
    }

    private static void compareMime4j(Email email, Attachment file, Message message) throws IOException {
        assertThat(message.getSubject()).isEqualTo(email.subject());
        assertThat(message.getFrom().get(0).getAddress()).isEqualTo("shop@example.com");
        assertThat(message.getFrom().get(0).getName()).isEqualTo(email.from().name());
        assertThat(message.getHeader().getFields()).hasSize(email.headers().size() + 7);
        Multipart bodies = (Multipart) message.getBody();
        if (file != null) {
            if (!file.fileName().contains("'")) {
                // mime4j takes an apostrophe in a plain file name for the mark of RFC 2231.
                assertThat(bodies.getBodyParts().get(1).getFilename()).isEqualTo(file.fileName());
            }
            bodies = (Multipart) bodies.getBodyParts().get(0).getBody();
        }
        String text = ((Content.Literal) email.content()).text();
        try (var in = ((TextBody) bodies.getBodyParts().get(0).getBody()).getInputStream()) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(crLf(text));
        }
    }

    private static String crLf(String text) {
        return text.replaceAll("\r\n|\r|\n", "\r\n");
    }

    private static <T> T accepted(Supplier<T> construction) {
        try {
            return construction.get();
        } catch (InvalidEmailException e) {
            return null;
        }
    }

    private static MimeMessage angus(byte[] wire) throws Exception {
        return new MimeMessage(SESSION, new ByteArrayInputStream(wire));
    }

    private static Message mime4j(byte[] wire) throws IOException {
        DefaultMessageBuilder parser = new DefaultMessageBuilder();
        parser.setMimeEntityConfig(MimeConfig.PERMISSIVE);
        return parser.parseMessage(new ByteArrayInputStream(wire));
    }
}
