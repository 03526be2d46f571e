// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Address;
import dev.mailer.api.Email;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.Draft;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What tries to leave its line in a header is refused, or is read by Python's {@code email} within one field and with the same body; needs
 * {@code python3}.
 */
@Tag("peers")
class InjectedHeaderPythonTest {
    private static final String BODY = "It is on its way.";

    /** What ends a line to somebody, or looks like it, or does so once decoded or cut to eight bits. */
    private static final List<String> VALUES = List.of(
            "\r",
            "\n",
            "\r\n",
            "\r\nBcc: x@example.com",
            "\nBcc: x@example.com",
            "\rBcc: x@example.com",
            "\r\n Bcc: x@example.com",
            "\r\n\r\n<b>body</b>",
            "\0",
            "\u000B",
            "\f",
            "\u001C",
            "\u001E",
            "\u0085Bcc: x@example.com",
            "\u2028Bcc: x@example.com",
            "\u2029Bcc: x@example.com",
            "\u560D\u560ABcc: x@example.com",
            "%0d%0aBcc: x@example.com",
            "\\r\\nBcc: x@example.com",
            "&#13;&#10;Bcc: x@example.com",
            "=?utf-8?Q?=0D=0ABcc:_x@example.com?=",
            "=?utf-8?B?DQpCY2M6IHhAZXhhbXBsZS5jb20=?=",
            "\uD83D",
            "\uDE00",
            "\uD83D\uDE00");

    private static final Map<String, BiFunction<Email.Builder, String, Email.Builder>> FIELDS = new LinkedHashMap<>();
    private static final Map<String, BiConsumer<Draft, String>> EDITS = new LinkedHashMap<>();

    static {
        FIELDS.put("field", (mail, value) -> mail.header("X-Own", value));
        FIELDS.put("name of a field", (mail, value) -> mail.header("X-" + value, "x"));
        FIELDS.put("name of a recipient", (mail, value) -> mail.to(Address.of(value, "al@example.org")));
        FIELDS.put("mailbox", (mail, value) -> mail.replyTo("\"" + value + "\" <jo@example.org>"));
        FIELDS.put("address", (mail, value) -> mail.replyTo(value + "@example.org"));
        EDITS.put("subject", (draft, value) -> draft.setHeader("Subject", value));
        EDITS.put("field set", (draft, value) -> draft.setHeader("X-Own", value));
        EDITS.put("field added", (draft, value) -> draft.addHeader("X-Own", value));
        EDITS.put("name of a field added", (draft, value) -> draft.addHeader("X-" + value, "x"));
        EDITS.put("name of an address", (draft, value) -> draft.setHeader("To", "\"" + value + "\" <jo@example.org>"));
        EDITS.put("address", (draft, value) -> draft.setHeader("Reply-To", value + "@example.org"));
        EDITS.put("link", (draft, value) -> draft.setHeader("List-Unsubscribe", "<https://example.com/" + value + ">"));
    }

    static Stream<String> fields() {
        return FIELDS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("fields")
    void what_a_caller_gives_adds_no_field(String field) throws Exception {
        check(
                Mails.mail().text(BODY).build(),
                value -> Mails.draft(
                        FIELDS.get(field).apply(Mails.mail().text(BODY), value).build()));
    }

    static Stream<String> edits() {
        return EDITS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("edits")
    void what_a_plugin_gives_adds_no_field(String edit) throws Exception {
        Email structured = Mails.mail().text(BODY).build();
        Email raw = Mails.raw("From: shop@example.com\r\nTo: jo@example.org\r\nSubject: Your order\r\n"
                + "Date: Thu, 01 Jan 2026 12:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + BODY);
        for (Email mail : List.of(structured, raw)) {
            check(mail, value -> {
                MailDraft draft = Mails.draft(mail);
                EDITS.get(edit).accept(draft, value);
                return draft;
            });
        }
    }

    private interface Making {
        MailDraft of(String value);
    }

    private static void check(Email plain, Making making) throws Exception {
        try (PythonReader python = new PythonReader()) {
            List<String> usual = python.read(Mails.bytes(Mails.composed(plain))).fields();
            assertThat(usual).contains("From", "To", "Subject", "Date", "Message-ID");
            int refused = 0;
            for (String value : VALUES) {
                byte[] wire;
                try {
                    wire = Mails.bytes(new MessageComposer().compose(making.of("a" + value + "b")));
                } catch (InvalidEmailException e) {
                    refused++;
                    continue;
                }
                PythonReader.Reading reading = python.read(wire);
                List<String> added = new ArrayList<>(reading.fields());
                usual.forEach(added::remove);
                assertThat(added)
                        .as(value)
                        .hasSizeLessThanOrEqualTo(1)
                        .allMatch(name -> name.matches("X-.*|Reply-To|List-Unsubscribe"));
                assertThat(reading.fields()).as(value).containsAll(usual);
                assertThat(reading.mail().leaves())
                        .as(value)
                        .extracting(leaf -> leaf.content().strip())
                        .containsExactly(BODY);
            }
            assertThat(refused).as("refused").isBetween(8, VALUES.size());
        }
    }
}
