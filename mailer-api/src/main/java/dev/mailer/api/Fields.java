// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.util.IllformedLocaleException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The checks that the builder of {@link Email} makes on each field as it is set. */
final class Fields {
    /** Written by the mailer from other fields, or dangerous to double (RFC 5322 §3.6). */
    private static final Set<String> RESERVED = Set.of(
            "from",
            "sender",
            "to",
            "cc",
            "bcc",
            "reply-to",
            "subject",
            "date",
            "message-id",
            "mime-version",
            "content-type",
            "content-transfer-encoding",
            "content-disposition",
            "content-id",
            "return-path",
            "received",
            "dkim-signature",
            "resent-bcc");

    private Fields() {}

    static <T> T once(String field, @Nullable T before, T value) {
        Objects.requireNonNull(value, field);
        if (before != null) {
            throw new InvalidEmailException(field, "was already set");
        }
        return value;
    }

    static Address mailbox(String field, String mailbox) {
        Objects.requireNonNull(mailbox, field);
        try {
            return Address.parse(mailbox);
        } catch (InvalidEmailException e) {
            String message = String.valueOf(e.getMessage());
            String prefix = e.field() + ": ";
            throw new InvalidEmailException(
                    field, message.startsWith(prefix) ? message.substring(prefix.length()) : message, e);
        }
    }

    static String line(String field, String value, int max) {
        Objects.requireNonNull(value, field);
        if (value.length() > max) {
            throw new InvalidEmailException(field, "has " + value.length() + " characters, allowed are " + max);
        }
        Lines.requireSingle(field, "the value", value);
        return value;
    }

    static String body(String field, String value) {
        Objects.requireNonNull(value, field);
        int nul = value.indexOf(0);
        if (nul >= 0) {
            throw new InvalidEmailException(field, "holds NUL at " + nul);
        }
        return value;
    }

    static String name(String field, String value) {
        Objects.requireNonNull(value, field);
        boolean fits = !value.isEmpty()
                && value.length() <= 64
                && value.chars()
                        .allMatch(c -> c >= 'a' && c <= 'z'
                                || c >= 'A' && c <= 'Z'
                                || c >= '0' && c <= '9'
                                || c == '-'
                                || c == '_'
                                || c == '.');
        if (!fits) {
            throw new InvalidEmailException(field, "a name has 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_', '.'");
        }
        return value;
    }

    /** A locale whose tag is well-formed and can stand in the name of a file and in a header. */
    static Locale locale(Locale locale) {
        Objects.requireNonNull(locale, "locale");
        try {
            Locale checked = new Locale.Builder().setLocale(locale).build();
            if (checked.getLanguage().isEmpty() || checked.hasExtensions()) {
                throw noLocale(locale.toString());
            }
            line("locale", checked.toLanguageTag(), Email.MAX_LOCALE);
            return checked;
        } catch (IllformedLocaleException e) {
            throw noLocale(locale.toString());
        }
    }

    /** Reads a tag (RFC 5646 §2.1). */
    static Locale locale(String tag) {
        try {
            return new Locale.Builder()
                    .setLanguageTag(line("locale", tag, Email.MAX_LOCALE))
                    .build();
        } catch (IllformedLocaleException e) {
            throw noLocale(tag);
        }
    }

    private static InvalidEmailException noLocale(String value) {
        String shown = value.length() > Email.MAX_LOCALE ? value.substring(0, Email.MAX_LOCALE) + "…" : value;
        return new InvalidEmailException(
                "locale",
                "is '" + shown + "'; expected a language such as de, de-AT or zh-Hant-TW, without extensions");
    }

    static Header ownHeader(String name, String value) {
        Header header = new Header(name, value);
        if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
            throw new InvalidEmailException(
                    "headers", name + " is written by the mailer; use the builder method for it, or raw");
        }
        return header;
    }

    static void entry(String field, Map<String, String> map, String key, String value, int maxValue) {
        line(field, key, Email.MAX_TAG);
        line(field, value, maxValue);
        if (key.isEmpty()) {
            throw new InvalidEmailException(field, "a name is empty");
        }
        if (map.size() >= Email.MAX_TAGS && !map.containsKey(key)) {
            throw new InvalidEmailException(field, "more than " + Email.MAX_TAGS + " entries");
        }
        if (map.putIfAbsent(key, value) != null) {
            throw new InvalidEmailException(field, "'" + key + "' was already set");
        }
    }

    static Content content(Email.Builder b) {
        Content.Raw raw = b.raw();
        boolean literal = b.text() != null || b.html() != null;
        if (raw != null) {
            boolean content = literal || b.makesText() || b.template() != null || b.locale() != null;
            if (content || !b.attachments().isEmpty() || b.hasHeadersOrSubject()) {
                throw new InvalidEmailException(
                        "raw",
                        "excludes subject, text, html, template, locale, attachments, headers and replyTo; the message holds them itself");
            }
            return raw;
        }
        String template = b.template();
        if (template == null && b.templateVersion() != null) {
            throw new InvalidEmailException("templateVersion", "is given without a template");
        }
        if (b.makesText() && (b.html() == null || b.text() != null)) {
            throw new InvalidEmailException("textFromHtml", "needs html and excludes text");
        }
        if (template != null) {
            if (literal) {
                throw new InvalidEmailException("template", "excludes text and html");
            }
            return new Content.Templated(template, b.templateVersion(), b.variables(), b.attachments());
        }
        return new Content.Literal(b.text(), b.html(), b.attachments());
    }
}
