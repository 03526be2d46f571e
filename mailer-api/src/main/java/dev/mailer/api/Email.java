// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks to have sent. Immutable and thread-safe; every field is checked when it is set, what is missing or
 * contradictory when {@link Builder#build()} is called.
 *
 * <pre>{@code
 * Email receipt = Email.builder()
 *         .from("Shop <shop@example.com>")
 *         .to("jo@example.org")
 *         .subject("Your order 4711")
 *         .text("Thank you!")
 *         .build();
 * }</pre>
 */
public final class Email {
    /** Most recipients of one mail over To, Cc and Bcc. */
    public static final int MAX_RECIPIENTS = 1_000;
    /** Longest subject in characters. */
    public static final int MAX_SUBJECT = 998;
    /** Most headers of the caller's own. */
    public static final int MAX_HEADERS = 200;
    /** Most tags, and most metadata entries. */
    public static final int MAX_TAGS = 75;
    /** Longest tag name, tag value or metadata key. */
    public static final int MAX_TAG = 256;
    /** Longest metadata value. */
    public static final int MAX_METADATA_VALUE = 4_000;
    /** Longest name or version of a template. */
    public static final int MAX_TEMPLATE = 256;
    /** Longest language tag. */
    public static final int MAX_LOCALE = 35;
    /** Longest idempotency key. */
    public static final int MAX_IDEMPOTENCY_KEY = 256;
    /** Furthest {@link Builder#idempotencyUntil}, in days from acceptance. */
    public static final int MAX_IDEMPOTENCY_DAYS = 400;
    /** The stream of a mail that names none. */
    public static final String DEFAULT_STREAM = "transactional";
    /** The tenant of a mail that names none. */
    public static final String DEFAULT_TENANT = "default";

    private final Builder fields;
    private final Content content;

    private Email(Builder fields, Content content) {
        this.fields = fields;
        this.content = content;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The author; null only for raw content, whose own header says it. */
    public @Nullable Address from() {
        return fields.from;
    }

    public List<Address> to() {
        return Collections.unmodifiableList(fields.to);
    }

    public List<Address> cc() {
        return Collections.unmodifiableList(fields.cc);
    }

    /** Gets the mail, but never stands in a header. */
    public List<Address> bcc() {
        return Collections.unmodifiableList(fields.bcc);
    }

    /** To, Cc and Bcc in this order. */
    public List<Address> recipients() {
        return Stream.of(fields.to, fields.cc, fields.bcc).flatMap(List::stream).toList();
    }

    public List<Address> replyTo() {
        return Collections.unmodifiableList(fields.replyTo);
    }

    /** The envelope sender; null when it follows from {@link #from()}. */
    public @Nullable Address returnPath() {
        return fields.returnPath;
    }

    /** The subject; null for raw content and where a template gives it. */
    public @Nullable String subject() {
        return fields.subject;
    }

    public Content content() {
        return content;
    }

    public List<Header> headers() {
        return Collections.unmodifiableList(fields.headers);
    }

    /** Labels for reports, visible to whoever reads the ledger. */
    public Map<String, String> tags() {
        return Collections.unmodifiableMap(fields.tags);
    }

    /** The caller's own data, given back with every event; personal data. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(fields.metadata);
    }

    /** The language that a template is chosen by and that numbers and dates are written in; null when none was given. */
    public @Nullable Locale locale() {
        return fields.locale;
    }

    /** True when the text part is made from the HTML. */
    public boolean textFromHtml() {
        return fields.textFromHtml;
    }

    /** Whether it is noticed that this mail is opened; null where the settings decide. */
    public @Nullable Boolean trackOpens() {
        return fields.trackOpens;
    }

    /** Whether it is noticed that links of this mail are clicked; null where the settings decide. */
    public @Nullable Boolean trackClicks() {
        return fields.trackClicks;
    }

    public String stream() {
        return fields.stream == null ? DEFAULT_STREAM : fields.stream;
    }

    public String tenant() {
        return fields.tenant == null ? DEFAULT_TENANT : fields.tenant;
    }

    public @Nullable Instant sendAt() {
        return fields.sendAt;
    }

    public @Nullable Instant expiresAt() {
        return fields.expiresAt;
    }

    public @Nullable String idempotencyKey() {
        return fields.idempotencyKey;
    }

    /** Until when {@link #idempotencyKey} is remembered at least; null for the retention of the ledger. */
    public @Nullable Instant idempotencyUntil() {
        return fields.idempotencyUntil;
    }

    /** What to do when a delivery may have been sent; default {@link AmbiguityPolicy#RESEND}. */
    public AmbiguityPolicy ambiguityPolicy() {
        return fields.ambiguityPolicy == null ? AmbiguityPolicy.RESEND : fields.ambiguityPolicy;
    }

    /** A builder that holds the same fields. */
    public Builder toBuilder() {
        return fields.copy();
    }

    /** Stream and number of recipients; addresses, subject and content are personal data and do not print. */
    @Override
    public String toString() {
        return "Email[stream=" + stream() + ", recipients=" + recipients().size() + "]";
    }

    /** Collects an {@link Email}. Not thread-safe; a single-valued field that is set twice is an error. */
    public static final class Builder {
        private @Nullable Address from;
        private List<Address> to = new ArrayList<>();
        private List<Address> cc = new ArrayList<>();
        private List<Address> bcc = new ArrayList<>();
        private List<Address> replyTo = new ArrayList<>();
        private @Nullable Address returnPath;
        private @Nullable String subject;
        private @Nullable String text;
        private @Nullable String html;
        private @Nullable String template;
        private @Nullable String templateVersion;
        private Map<String, @Nullable Object> variables = new LinkedHashMap<>();
        private @Nullable Locale locale;
        private boolean textFromHtml;
        private Content.@Nullable Raw raw;
        private List<Attachment> attachments = new ArrayList<>();
        private List<Header> headers = new ArrayList<>();
        private Map<String, String> tags = new LinkedHashMap<>();
        private Map<String, String> metadata = new LinkedHashMap<>();
        private @Nullable String stream;
        private @Nullable String tenant;
        private @Nullable Instant sendAt;
        private @Nullable Instant expiresAt;
        private @Nullable String idempotencyKey;
        private @Nullable Instant idempotencyUntil;
        private @Nullable AmbiguityPolicy ambiguityPolicy;
        private @Nullable Boolean trackOpens;
        private @Nullable Boolean trackClicks;

        private Builder() {}

        /** The author, as {@code Name <local@domain>} or bare. */
        public Builder from(String mailbox) {
            return from(Fields.mailbox("from", mailbox));
        }

        public Builder from(Address author) {
            this.from = Fields.once("from", this.from, author);
            return this;
        }

        /** Adds recipients, each as {@code Name <local@domain>} or bare. */
        public Builder to(String... mailboxes) {
            return addAll("to", to, mailboxes);
        }

        public Builder to(Address recipient) {
            return add(to, recipient);
        }

        public Builder cc(String... mailboxes) {
            return addAll("cc", cc, mailboxes);
        }

        public Builder bcc(String... mailboxes) {
            return addAll("bcc", bcc, mailboxes);
        }

        public Builder replyTo(String... mailboxes) {
            return addAll("replyTo", replyTo, mailboxes);
        }

        /** The envelope sender that bounces go to; default: the address of {@code from}. */
        public Builder returnPath(String mailbox) {
            this.returnPath = Fields.once("returnPath", this.returnPath, Fields.mailbox("returnPath", mailbox));
            return this;
        }

        public Builder subject(String subject) {
            this.subject = Fields.once("subject", this.subject, Fields.line("subject", subject, MAX_SUBJECT));
            return this;
        }

        public Builder text(String text) {
            this.text = Fields.once("text", this.text, Fields.body("text", text));
            return this;
        }

        public Builder html(String html) {
            this.html = Fields.once("html", this.html, Fields.body("html", html));
            return this;
        }

        /** Makes the text part from the HTML. Needs {@link #html}; excludes {@link #text}. Templates do it unasked. */
        public Builder textFromHtml() {
            this.textFromHtml = true;
            return this;
        }

        /**
         * The language: chooses a template's files, writes its numbers and dates, and stands in the header Content-Language.
         * Default: none. A locale has a language and no extensions.
         */
        public Builder locale(Locale locale) {
            this.locale = Fields.once("locale", this.locale, Fields.locale(locale));
            return this;
        }

        /** The language by its tag (BCP 47), such as {@code de-AT}. */
        public Builder locale(String languageTag) {
            return locale(Fields.locale(languageTag));
        }

        /** Takes subject, text and HTML from a template, see {@link Content.Templated}. */
        public Builder template(String name, Map<String, ? extends @Nullable Object> variables) {
            this.template = Fields.once("template", this.template, Fields.line("template", name, MAX_TEMPLATE));
            this.variables.putAll(Variables.copyOf("template", variables));
            return this;
        }

        /**
         * The template that the record's {@link MailTemplate} names, with the components as variables: nested records, lists, maps with
         * strings as keys, strings, numbers, booleans; enums by name; what java.time has as ISO 8601.
         *
         * @throws InvalidEmailException there is no such annotation, or a component holds anything else or cannot be read
         */
        @Experimental
        public Builder template(Record variables) {
            return template(RecordVariables.template(variables), RecordVariables.of(variables));
        }

        /** Pins the template's version; default: the current one at acceptance. */
        public Builder templateVersion(String version) {
            this.templateVersion = Fields.once(
                    "templateVersion", this.templateVersion, Fields.line("templateVersion", version, MAX_TEMPLATE));
            return this;
        }

        /** A finished message; excludes text, html, template, locale, attachments and headers. */
        public Builder raw(byte[] mime) {
            this.raw = Fields.once("raw", this.raw, Content.Raw.of(mime));
            return this;
        }

        /** Adds a file; inline images are attachments with a content id. */
        public Builder attach(Attachment attachment) {
            this.attachments.add(Objects.requireNonNull(attachment, "attachment"));
            return this;
        }

        /** Adds a header field; those that the mailer itself writes (From, To, Content-Type, …) are refused. */
        public Builder header(String name, String value) {
            if (headers.size() >= MAX_HEADERS) {
                throw new InvalidEmailException("headers", "more than " + MAX_HEADERS);
            }
            this.headers.add(Fields.ownHeader(name, value));
            return this;
        }

        public Builder tag(String name, String value) {
            Fields.entry("tags", tags, name, value, MAX_TAG);
            return this;
        }

        public Builder metadata(String key, String value) {
            Fields.entry("metadata", metadata, key, value, MAX_METADATA_VALUE);
            return this;
        }

        /** The lane it goes by; default {@value #DEFAULT_STREAM}. */
        public Builder stream(String name) {
            this.stream = Fields.once("stream", this.stream, Fields.name("stream", name));
            return this;
        }

        /** The isolated customer it belongs to; default {@value #DEFAULT_TENANT}. */
        public Builder tenant(String name) {
            this.tenant = Fields.once("tenant", this.tenant, Fields.name("tenant", name));
            return this;
        }

        /** Not before this instant; one in the past means at once. */
        public Builder sendAt(Instant instant) {
            this.sendAt = Fields.once("sendAt", this.sendAt, instant);
            return this;
        }

        /** No attempt starts after this instant; the delivery ends as {@link DeliveryState#EXPIRED}. */
        public Builder expiresAt(Instant instant) {
            this.expiresAt = Fields.once("expiresAt", this.expiresAt, instant);
            return this;
        }

        /** The same key with the same content within a day ({@link #idempotencyUntil}) is the same mail, sent once. 1 to 256 characters. */
        public Builder idempotencyKey(String key) {
            String line = Fields.line("idempotencyKey", key, MAX_IDEMPOTENCY_KEY);
            if (line.isEmpty()) {
                throw new InvalidEmailException(
                        "idempotencyKey", "is empty; allowed are 1 to " + MAX_IDEMPOTENCY_KEY + " characters");
            }
            this.idempotencyKey = Fields.once("idempotencyKey", this.idempotencyKey, line);
            return this;
        }

        /**
         * Remembers the idempotency key at least until this instant, at most 400 days ahead, where that is later than the retention of
         * the ledger, usually a day; for what may be repeated after weeks, such as a campaign. Nothing without a key.
         */
        public Builder idempotencyUntil(Instant instant) {
            this.idempotencyUntil = Fields.once("idempotencyUntil", this.idempotencyUntil, instant);
            return this;
        }

        public Builder ambiguityPolicy(AmbiguityPolicy policy) {
            this.ambiguityPolicy = Fields.once("ambiguityPolicy", this.ambiguityPolicy, policy);
            return this;
        }

        /**
         * Whether it is noticed that the mail is opened, in place of what is set for its stream and tenant. Needs tracking to be
         * installed, and HTML. Leave it off where a link lets somebody in, as in password resets.
         */
        public Builder trackOpens(boolean track) {
            this.trackOpens = Fields.once("trackOpens", this.trackOpens, track);
            return this;
        }

        /** The same about links that are clicked. */
        public Builder trackClicks(boolean track) {
            this.trackClicks = Fields.once("trackClicks", this.trackClicks, track);
            return this;
        }

        /** Checks what is missing or contradictory; throws {@link InvalidEmailException} naming the field. */
        public Email build() {
            Content content = Fields.content(this);
            if (to.isEmpty() && cc.isEmpty() && bcc.isEmpty()) {
                throw new InvalidEmailException("to", "there is no recipient; give to, cc or bcc");
            }
            if (from == null && raw == null) {
                throw new InvalidEmailException("from", "is missing");
            }
            if (from == null && returnPath == null) {
                throw new InvalidEmailException(
                        "returnPath", "is missing; a raw message needs an envelope sender, from or returnPath");
            }
            if (subject == null && raw == null && template == null) {
                throw new InvalidEmailException("subject", "is missing; give an empty one if that is meant");
            }
            if (sendAt != null && expiresAt != null && !sendAt.isBefore(expiresAt)) {
                throw new InvalidEmailException("expiresAt", "is not after sendAt");
            }
            return new Email(copy(), content);
        }

        @Nullable
        String text() {
            return text;
        }

        @Nullable
        String html() {
            return html;
        }

        @Nullable
        String template() {
            return template;
        }

        @Nullable
        String templateVersion() {
            return templateVersion;
        }

        Map<String, @Nullable Object> variables() {
            return variables;
        }

        @Nullable
        Locale locale() {
            return locale;
        }

        boolean makesText() {
            return textFromHtml;
        }

        Content.@Nullable Raw raw() {
            return raw;
        }

        List<Attachment> attachments() {
            return attachments;
        }

        boolean hasHeadersOrSubject() {
            return !headers.isEmpty() || subject != null || !replyTo.isEmpty();
        }

        private Builder add(List<Address> list, Address address) {
            if (to.size() + cc.size() + bcc.size() >= MAX_RECIPIENTS) {
                throw new InvalidEmailException("to", "more than " + MAX_RECIPIENTS + " recipients in one mail");
            }
            list.add(Objects.requireNonNull(address, "address"));
            return this;
        }

        private Builder addAll(String field, List<Address> list, String... mailboxes) {
            for (String mailbox : mailboxes) {
                add(list, Fields.mailbox(field, mailbox));
            }
            return this;
        }

        private Builder copy() {
            Builder b = new Builder();
            b.from = from;
            b.to = new ArrayList<>(to);
            b.cc = new ArrayList<>(cc);
            b.bcc = new ArrayList<>(bcc);
            b.replyTo = new ArrayList<>(replyTo);
            b.returnPath = returnPath;
            b.subject = subject;
            b.text = text;
            b.html = html;
            b.template = template;
            b.templateVersion = templateVersion;
            b.variables = new LinkedHashMap<>(variables);
            b.locale = locale;
            b.textFromHtml = textFromHtml;
            b.raw = raw;
            b.attachments = new ArrayList<>(attachments);
            b.headers = new ArrayList<>(headers);
            b.tags = new LinkedHashMap<>(tags);
            b.metadata = new LinkedHashMap<>(metadata);
            b.stream = stream;
            b.tenant = tenant;
            b.sendAt = sendAt;
            b.expiresAt = expiresAt;
            b.idempotencyKey = idempotencyKey;
            b.idempotencyUntil = idempotencyUntil;
            b.ambiguityPolicy = ambiguityPolicy;
            b.trackOpens = trackOpens;
            b.trackClicks = trackClicks;
            return b;
        }
    }
}
