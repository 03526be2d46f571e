// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.content;

import dev.mailer.api.Address;
import dev.mailer.api.Attachment;
import dev.mailer.api.Content;
import dev.mailer.api.Email;
import dev.mailer.api.Header;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.ContentRef;
import dev.mailer.core.internal.digest.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes one document. What makes two mails the same comes first, so that its hash is that of a prefix; the pinned version and
 * the idempotency key come behind it. Not thread-safe; used once.
 *
 * <p>Variables keep their types: an int, a double with a fraction, a string, a boolean, a list and null stand for themselves;
 * a map is {@code {"m":{…}}}, and other numbers are an object of one entry named after their type.
 */
final class DocumentWriter {
    /** The format; a reader refuses a later one. */
    static final int VERSION = 1;

    /** The documents are ours and their size is limited before they are written. */
    static final JsonFactory JSON = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .streamWriteConstraints(
                    StreamWriteConstraints.builder().maxNestingDepth(200).build())
            .build();

    private final SizeBudget budget;
    private final DocumentBuffer out = new DocumentBuffer();
    private final JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out);
    /** The field that is being written, to name it in an error. */
    private String field = "content";

    DocumentWriter(SizeBudget budget) {
        this.budget = budget;
    }

    /** Every field but raw bytes, attachments, pinned version and idempotency key. */
    void fields(Email email) {
        json.writeStartObject();
        json.writeNumberProperty("v", VERSION);
        mailbox("from", email.from());
        mailboxes("to", email.to());
        mailboxes("cc", email.cc());
        mailboxes("bcc", email.bcc());
        mailboxes("replyTo", email.replyTo());
        mailbox("returnPath", email.returnPath());
        text("subject", email.subject());
        content(email.content());
        headers(email.headers());
        entries("tags", email.tags());
        entries("metadata", email.metadata());
        text("stream", email.stream());
        text("tenant", email.tenant());
        text("sendAt", email.sendAt() == null ? null : email.sendAt().toString());
        text("expiresAt", email.expiresAt() == null ? null : email.expiresAt().toString());
        text("policy", email.ambiguityPolicy().name());
        text("locale", email.locale() == null ? null : email.locale().toLanguageTag());
        if (email.textFromHtml()) {
            json.writeBooleanProperty("textFromHtml", true);
        }
        choice("trackOpens", email.trackOpens());
        choice("trackClicks", email.trackClicks());
    }

    /** Where a raw message lies that is too large for the row. */
    void raw(ContentRef ref) {
        json.writeName("raw");
        json.writeStartObject();
        ref(ref);
        json.writeEndObject();
    }

    void attachments(Email email, AttachmentStorer storer, List<ContentRef> refs) throws IOException {
        List<Attachment> attachments = attachmentsOf(email.content());
        if (attachments.isEmpty()) {
            return;
        }
        json.writeName("attachments");
        json.writeStartArray();
        for (Attachment attachment : attachments) {
            ContentRef ref;
            try (InputStream in = budget.metered("attachments", attachment.open())) {
                ref = storer.store(in, budget.left());
            }
            refs.add(ref);
            json.writeStartObject();
            json.writeStringProperty("name", attachment.fileName());
            json.writeStringProperty("type", attachment.contentType());
            if (attachment.contentId() != null) {
                json.writeStringProperty("cid", attachment.contentId());
            }
            ref(ref);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** SHA-256 of what was written so far, and of the raw message that lies beside it in the row. */
    Bytes hash(@Nullable Bytes rowRaw) {
        json.flush();
        MessageDigest digest = Sha256.begin();
        out.update(digest);
        if (rowRaw != null) {
            digest.update(rowRaw.unsafeArray());
        }
        return Bytes.wrap(digest.digest());
    }

    Bytes end(Email email, @Nullable Pinned pinned) {
        if (pinned != null) {
            json.writeName("pinned");
            json.writeStartObject();
            json.writeStringProperty("version", pinned.version());
            if (pinned.sources() != null) {
                ref(pinned.sources());
            }
            json.writeEndObject();
        }
        if (email.idempotencyKey() != null) {
            json.writeStringProperty("idempotencyKey", email.idempotencyKey());
        }
        json.writeEndObject();
        json.close();
        return out.toBytes();
    }

    private static List<Attachment> attachmentsOf(Content content) {
        if (content instanceof Content.Literal literal) {
            return literal.attachments();
        }
        return content instanceof Content.Templated templated ? templated.attachments() : List.of();
    }

    private void content(Content content) {
        if (content instanceof Content.Literal literal) {
            budget.take("text", literal.text());
            text("text", literal.text());
            budget.take("html", literal.html());
            text("html", literal.html());
        } else if (content instanceof Content.Templated templated) {
            budget.take("template", templated.template());
            text("template", templated.template());
            budget.take("templateVersion", templated.version());
            text("templateVersion", templated.version());
            field = "template";
            json.writeName("variables");
            value(templated.variables());
        }
    }

    private void mailbox(String name, @Nullable Address address) {
        text(name, address == null ? null : mailbox(address));
    }

    private void mailboxes(String name, List<Address> addresses) {
        if (!addresses.isEmpty()) {
            field = name;
            json.writeName(name);
            json.writeStartArray();
            for (Address address : addresses) {
                json.writeString(mailbox(address));
            }
            json.writeEndArray();
        }
    }

    /** As {@link Address#parse} reads it, with the domain as given. */
    static String mailbox(Address address) {
        String spec = address.localPart() + '@' + address.unicodeDomain();
        String name = address.name();
        return name == null ? spec : '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\" <" + spec + '>';
    }

    private void headers(List<Header> headers) {
        if (!headers.isEmpty()) {
            field = "headers";
            json.writeName("headers");
            json.writeStartArray();
            for (Header header : headers) {
                json.writeStartArray();
                json.writeString(header.name());
                json.writeString(header.value());
                json.writeEndArray();
            }
            json.writeEndArray();
        }
    }

    private void entries(String name, Map<String, String> entries) {
        if (!entries.isEmpty()) {
            field = name;
            json.writeName(name);
            json.writeStartObject();
            entries.forEach(json::writeStringProperty);
            json.writeEndObject();
        }
    }

    private void text(String name, @Nullable String text) {
        if (text != null) {
            field = name;
            json.writeStringProperty(name, text);
        }
    }

    private void choice(String name, @Nullable Boolean choice) {
        if (choice != null) {
            json.writeBooleanProperty(name, choice);
        }
    }

    private void ref(ContentRef ref) {
        json.writeStringProperty("digest", ref.digest());
        json.writeNumberProperty("size", ref.size());
    }

    private void value(@Nullable Object value) {
        if (value == null) {
            budget.take(field, 1);
            json.writeNull();
        } else if (value instanceof CharSequence) {
            String text = value.toString();
            budget.take(field, text);
            json.writeString(text);
        } else if (value instanceof Boolean bool) {
            budget.take(field, 1);
            json.writeBoolean(bool);
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            json.writeName("m");
            json.writeStartObject();
            map.forEach((key, entry) -> {
                String name = Objects.toString(key);
                budget.take(field, name);
                json.writeName(name);
                value(entry);
            });
            json.writeEndObject();
            json.writeEndObject();
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object item : list) {
                value(item);
            }
            json.writeEndArray();
        } else if (value instanceof Number number) {
            number(number);
        } else {
            throw new InvalidEmailException(field, "a variable is no map, list, string, number or boolean");
        }
    }

    private void number(Number number) {
        budget.take(field, 8);
        if (number instanceof Integer i) {
            json.writeNumber(i.intValue());
        } else if (number instanceof Double d && Double.isFinite(d)) {
            json.writeNumber(d.doubleValue());
        } else if (number instanceof Double d) {
            tagged("double", d.toString());
        } else if (number instanceof Long || number instanceof AtomicLong) {
            tagged("long", number.toString());
        } else if (number instanceof AtomicInteger) {
            json.writeNumber(number.intValue());
        } else if (number instanceof Float) {
            tagged("float", number.toString());
        } else if (number instanceof Short) {
            tagged("short", number.toString());
        } else if (number instanceof Byte) {
            tagged("byte", number.toString());
        } else if (number instanceof BigInteger) {
            tagged("integer", number.toString());
        } else {
            tagged("decimal", decimal(number).toString());
        }
    }

    private BigDecimal decimal(Number number) {
        try {
            return number instanceof BigDecimal decimal ? decimal : new BigDecimal(number.toString());
        } catch (NumberFormatException e) {
            throw new InvalidEmailException(
                    field, "a variable is a " + number.getClass().getName() + " that does not print as a number", e);
        }
    }

    private void tagged(String type, String text) {
        budget.take(field, text.length());
        json.writeStartObject();
        json.writeStringProperty(type, text);
        json.writeEndObject();
    }
}
