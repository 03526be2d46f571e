// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.Email;
import dev.mailer.api.Header;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The header fields that a mail has before anybody edits them. */
final class FirstFields {
    /** What the mail is written in (RFC 3282 §2). */
    private static final String LANGUAGE = "Content-Language";

    private static final DateTimeFormatter DATE = DateTimeFormatter.RFC_1123_DATE_TIME;

    private FirstFields() {}

    /** Those of a mail that is composed here. */
    static List<DraftField> of(MailDraft.Stamp stamp, Email email, String subject) {
        List<DraftField> fields = new ArrayList<>();
        fields.add(date(stamp));
        fields.add(DraftField.mailboxes("From", List.of(Objects.requireNonNull(email.from(), "from"))));
        if (!email.to().isEmpty()) {
            fields.add(DraftField.mailboxes("To", email.to()));
        }
        if (!email.cc().isEmpty()) {
            fields.add(DraftField.mailboxes("Cc", email.cc()));
        }
        if (email.to().isEmpty() && email.cc().isEmpty()) {
            fields.add(DraftField.text("To", "undisclosed-recipients:;"));
        }
        if (!email.replyTo().isEmpty()) {
            fields.add(DraftField.mailboxes("Reply-To", email.replyTo()));
        }
        fields.add(DraftField.text("Subject", subject));
        fields.add(DraftField.text("Message-ID", stamp.messageIdHeader()));
        fields.add(DraftField.text("MIME-Version", "1.0"));
        if (email.locale() != null
                && email.headers().stream().noneMatch(h -> h.name().equalsIgnoreCase(LANGUAGE))) {
            fields.add(DraftField.text(LANGUAGE, email.locale().toLanguageTag()));
        }
        for (Header header : email.headers()) {
            fields.add(DraftField.text(header.name(), header.value()));
        }
        return fields;
    }

    /** Those of a raw mail, behind the ones that it must have and has not. */
    static List<DraftField> ofRaw(MailDraft.Stamp stamp, Email email, RawMail mail) {
        List<DraftField> fields = new ArrayList<>();
        if (mail.header("Date") == null) {
            fields.add(date(stamp));
        }
        if (mail.header("From") == null && email.from() != null) {
            fields.add(DraftField.mailboxes("From", List.of(email.from())));
        }
        if (mail.header("Message-ID") == null) {
            fields.add(DraftField.text("Message-ID", stamp.messageIdHeader()));
        }
        for (RawMail.Field field : mail.fields()) {
            fields.add(DraftField.untouched(mail, field));
        }
        return fields;
    }

    /** In UTC, and independent of the machine's locale (RFC 5322 §3.3). */
    private static DraftField date(MailDraft.Stamp stamp) {
        String date = DATE.format(stamp.acceptedAt().atOffset(ZoneOffset.UTC)).replace("GMT", "+0000");
        return DraftField.text("Date", date);
    }
}
