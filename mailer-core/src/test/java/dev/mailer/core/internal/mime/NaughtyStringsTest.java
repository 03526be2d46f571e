// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Address;
import dev.mailer.api.Attachment;
import dev.mailer.api.Email;
import dev.mailer.api.InvalidEmailException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strings that have made trouble, each in every field. */
class NaughtyStringsTest {
    private static final String SPECIALS =
            "\"(),.:;<>@[]\\ =?utf-8?Q?a?= \t!#$%&'*+-/=?^_`{|}~ é😀\u200f\u2028\u0085\u560d\u560a";

    @Test
    void every_string_arrives_in_every_field() throws Exception {
        List<String> strings = ComposedMailTest.naughtyStrings();
        Assumptions.assumeFalse(strings.isEmpty(), "corpora are absent");
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
        Address from = RandomMails.accepted(() -> Address.of(s, "shop@example.com"));
        Attachment file =
                RandomMails.accepted(() -> Attachment.of(s, "text/plain", s.getBytes(StandardCharsets.UTF_8)));
        boolean subject =
                RandomMails.accepted(() -> Mails.mail().header("X-Own", s)) != null && s.length() <= Email.MAX_SUBJECT;
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

        ComposedMailTest.check(email);
        assertThat(headerNames(email)).hasSize(email.headers().size() + 7);
        return from != null && file != null && subject && body;
    }
}
