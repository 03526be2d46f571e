// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.Address;
import dev.mailer.api.Attachment;
import dev.mailer.api.Content;
import dev.mailer.api.Email;
import dev.mailer.api.Header;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Draft;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.TemplateEngine.Rendered;
import dev.mailer.core.internal.html.MailHtml;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A mail between its stored form and its bytes. The header of a structured mail is written from its fields in a fixed order;
 * that of a raw one is its own, with Date, Message-ID and From added in front where they are missing. Fields that nobody
 * touches go out with the bytes they came with. Not thread-safe.
 *
 * <p>{@link #headers()} leaves out fields of a raw message, and long lists of recipients, that do not fit in a {@link Header};
 * they are on the wire all the same, and {@link #header} gives them.
 */
public final class MailDraft implements Draft {
    /** What acceptance has fixed about a message. */
    public record Stamp(MessageId id, Lane lane, Instant acceptedAt, String messageIdHeader) {}

    /** Composition decides these, or the ledger has recorded them. */
    private static final Set<String> FIXED =
            Set.of("content-type", "content-transfer-encoding", "mime-version", "message-id", "bcc", "resent-bcc");
    /** At most once in a message (RFC 5322 §3.6). */
    private static final Set<String> UNIQUE =
            Set.of("date", "from", "sender", "reply-to", "to", "cc", "in-reply-to", "references", "subject");

    private static final Set<String> MAILBOXES = Set.of("from", "sender", "reply-to", "to", "cc");

    private final Stamp stamp;
    private final List<Recipient> recipients;
    private final List<DraftField> fields = new ArrayList<>();
    private final @Nullable RawMail raw;
    private final List<Attachment> attachments;
    private final Email email;
    private @Nullable String text;
    private @Nullable String html;

    private MailDraft(Stamp stamp, List<Recipient> recipients, Email email, @Nullable RawMail raw) {
        this.stamp = stamp;
        this.recipients = List.copyOf(recipients);
        this.email = email;
        this.raw = raw;
        this.attachments = attachmentsOf(email.content());
    }

    /**
     * A draft of an accepted mail.
     *
     * @param rendered what the template gave; null unless the content is a template
     */
    public static MailDraft of(Stamp stamp, List<Recipient> recipients, Email email, @Nullable Rendered rendered) {
        Content content = email.content();
        if (content instanceof Content.Raw given) {
            RawMail raw = RawMail.read(given.unsafeArray());
            MailDraft draft = new MailDraft(stamp, recipients, email, raw);
            draft.fields.addAll(FirstFields.ofRaw(stamp, email, raw));
            return draft;
        }
        MailDraft draft = new MailDraft(stamp, recipients, email, null);
        String subject = email.subject();
        if (content instanceof Content.Literal literal) {
            draft.html = literal.html();
            draft.text =
                    email.textFromHtml() && literal.html() != null ? MailHtml.text(literal.html()) : literal.text();
        } else {
            Objects.requireNonNull(rendered, "rendered");
            draft.text = rendered.text();
            draft.html = rendered.html();
            subject = subject == null ? rendered.subject() : subject;
        }
        draft.fields.addAll(FirstFields.of(stamp, email, subject == null ? "" : subject));
        return draft;
    }

    @Override
    public MessageId messageId() {
        return stamp.id();
    }

    @Override
    public Instant acceptedAt() {
        return stamp.acceptedAt();
    }

    @Override
    public String tenant() {
        return stamp.lane().tenant();
    }

    @Override
    public String stream() {
        return stamp.lane().stream();
    }

    @Override
    public Map<String, String> tags() {
        return email.tags();
    }

    @Override
    public @Nullable Boolean trackOpens() {
        return email.trackOpens();
    }

    @Override
    public @Nullable Boolean trackClicks() {
        return email.trackClicks();
    }

    @Override
    public List<Recipient> recipients() {
        return recipients;
    }

    @Override
    public List<Header> headers() {
        List<Header> headers = new ArrayList<>();
        for (DraftField field : fields) {
            String value = field.value();
            if (field.name().length() <= Header.MAX_NAME && value.length() <= Header.MAX_VALUE) {
                headers.add(new Header(field.name(), value));
            }
        }
        return headers;
    }

    @Override
    public @Nullable String header(String name) {
        for (DraftField field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                return field.value();
            }
        }
        return null;
    }

    @Override
    public void setHeader(String name, String value) {
        DraftField field = edited(name, value);
        int at = indexOf(name);
        if (at < 0) {
            fields.add(field);
            return;
        }
        fields.set(at, field);
        for (int i = fields.size() - 1; i > at; i--) {
            if (fields.get(i).name().equalsIgnoreCase(name)) {
                fields.remove(i);
            }
        }
    }

    @Override
    public void addHeader(String name, String value) {
        DraftField field = edited(name, value);
        if (UNIQUE.contains(name.toLowerCase(Locale.ROOT)) && indexOf(name) >= 0) {
            throw new InvalidEmailException("header", name + " stands in a message at most once; set it instead");
        }
        fields.add(field);
    }

    @Override
    public void removeHeader(String name) {
        requireFree(name);
        fields.removeIf(f -> f.name().equalsIgnoreCase(name));
    }

    @Override
    public @Nullable String text() {
        return text;
    }

    @Override
    public void text(String text) {
        requireStructured();
        this.text = Objects.requireNonNull(text, "text");
    }

    @Override
    public @Nullable String html() {
        return html;
    }

    @Override
    public void html(String html) {
        requireStructured();
        this.html = Objects.requireNonNull(html, "html");
    }

    @Override
    public boolean isRaw() {
        return raw != null;
    }

    /** The domain of the author, as A-labels; null when a raw message has no From field that names one, or several fields. */
    public @Nullable String senderDomain() {
        String from = soleFrom();
        if (from == null) {
            return null;
        }
        try {
            return Address.parseList(from).get(0).domain();
        } catch (InvalidEmailException e) {
            // Foreign headers have comments, groups and worse; a signer needs no more than the domain.
            return FromDomain.of(from);
        }
    }

    /** The mailbox of the author; null when From names none that can be read, or several. */
    @Nullable
    Address author() {
        String from = soleFrom();
        if (from == null) {
            return null;
        }
        try {
            List<Address> authors = Address.parseList(from);
            return authors.size() == 1 ? authors.get(0) : null;
        } catch (InvalidEmailException e) {
            return null;
        }
    }

    /** Null with several, where what is signed and what is shown could differ. */
    private @Nullable String soleFrom() {
        return fields.stream().filter(f -> f.name().equalsIgnoreCase("From")).count() == 1 ? header("From") : null;
    }

    List<DraftField> fields() {
        return fields;
    }

    @Nullable
    RawMail raw() {
        return raw;
    }

    List<Attachment> attachments() {
        return attachments;
    }

    private DraftField edited(String name, String value) {
        requireFree(name);
        Header checked = new Header(name, value);
        return MAILBOXES.contains(name.toLowerCase(Locale.ROOT))
                ? DraftField.mailboxes(checked.name(), Address.parseList(checked.value()))
                : DraftField.text(checked.name(), checked.value());
    }

    private static void requireFree(String name) {
        if (FIXED.contains(name.toLowerCase(Locale.ROOT))) {
            throw new InvalidEmailException("header", name + " is fixed and cannot be edited");
        }
    }

    private void requireStructured() {
        if (raw != null) {
            throw new IllegalStateException("the body of a raw mail cannot be edited");
        }
    }

    private int indexOf(String name) {
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).name().equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    private static List<Attachment> attachmentsOf(Content content) {
        if (content instanceof Content.Literal literal) {
            return literal.attachments();
        }
        return content instanceof Content.Templated templated ? templated.attachments() : List.of();
    }
}
