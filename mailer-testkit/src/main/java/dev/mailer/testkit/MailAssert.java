// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.mailbox.MailboxMessage;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** One mail as it arrived, decoded. */
public final class MailAssert extends AbstractAssert<MailAssert, MailboxMessage> {
    MailAssert(@Nullable MailboxMessage actual) {
        super(actual, MailAssert.class);
    }

    public MailAssert hasSubject(String subject) {
        return has("subject", mail().subject(), subject);
    }

    /** The From field, such as {@code Shop <shop@example.com>}. */
    public MailAssert isFrom(String from) {
        return has("From field", mail().from(), from);
    }

    /** The To field. */
    public MailAssert isTo(String to) {
        return has("To field", mail().to(), to);
    }

    /** All of these stand in the plain text. */
    public MailAssert hasTextContaining(String... parts) {
        return contains("plain text", mail().text(), parts);
    }

    /** All of these stand in the HTML as it was sent, tags included. */
    public MailAssert hasHtmlContaining(String... parts) {
        return contains("HTML", mail().html(), parts);
    }

    /** None of these stands in text or HTML. */
    public MailAssert doesNotContain(String... parts) {
        for (String part : parts) {
            if (mail().text().contains(part) || mail().html().contains(part)) {
                failWithMessage("Expected the mail not to contain %s but it does", part);
            }
        }
        return this;
    }

    /** A header line of this name and value is there, as it was sent. */
    public MailAssert hasHeader(String name, String value) {
        String raw = mail().raw().asUtf8();
        int end = raw.indexOf("\r\n\r\n");
        List<String> lines = List.of((end < 0 ? raw : raw.substring(0, end))
                .replaceAll("\r\n([ \t])", "$1")
                .split("\r\n"));
        boolean there = lines.stream()
                .anyMatch(l -> l.regionMatches(true, 0, name + ":", 0, name.length() + 1)
                        && l.substring(name.length() + 1).strip().equals(value));
        if (!there) {
            failWithMessage("Expected a header %s: %s among %s", name, value, lines);
        }
        return this;
    }

    private MailboxMessage mail() {
        isNotNull();
        return actual;
    }

    private MailAssert has(String what, String actually, String expected) {
        if (!actually.equals(expected)) {
            throw failureWithActualExpected(
                    actually, expected, "Expected the %s to be%n  %s%nbut it was%n  %s", what, expected, actually);
        }
        return this;
    }

    private MailAssert contains(String what, String actually, String... parts) {
        for (String part : parts) {
            if (!actually.contains(part)) {
                failWithMessage("Expected the %s to contain%n  %s%nbut it was%n  %s", what, part, actually);
            }
        }
        return this;
    }
}
