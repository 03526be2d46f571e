// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.content;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.Attachment;
import dev.mailer.api.Email;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.ContentRef;
import dev.mailer.api.spi.NewMessage.StoredContent;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/** Reads one document. Not thread-safe; used once. */
final class DocumentReader {
    private final StoredContent content;
    private final ContentOpener opener;
    private final Email.Builder email = Email.builder();
    private @Nullable String template;
    private @Nullable String templateVersion;
    private Map<String, @Nullable Object> variables = Map.of();
    private @Nullable Pinned pinned;

    DocumentReader(StoredContent content, ContentOpener opener) {
        this.content = content;
        this.opener = opener;
    }

    DecodedEmail read() throws IOException {
        try (JsonParser json = DocumentWriter.JSON.createParser(
                ObjectReadContext.empty(), content.document().unsafeArray())) {
            json.nextToken();
            String name = json.nextName();
            while (name != null) {
                json.nextToken();
                field(name, json);
                name = json.nextName();
            }
        } catch (JacksonException | DateTimeException | NumberFormatException e) {
            throw new CorruptContentException("the stored document of a message does not parse", e);
        }
        if (template != null) {
            email.template(template, variables);
            String version = pinned == null ? templateVersion : pinned.version();
            if (version != null) {
                email.templateVersion(version);
            }
        }
        Bytes raw = content.raw();
        if (raw != null) {
            email.raw(raw.unsafeArray());
        }
        return new DecodedEmail(email.build(), pinned);
    }

    private void field(String name, JsonParser json) throws IOException {
        switch (name) {
            case "v" -> {
                if (json.getIntValue() > DocumentWriter.VERSION) {
                    throw new UnreadableHereException("the stored document of a message has format "
                            + json.getIntValue() + "; this version reads up to " + DocumentWriter.VERSION);
                }
            }
            case "from" -> email.from(json.getString());
            case "to" -> strings(json, email::to);
            case "cc" -> strings(json, email::cc);
            case "bcc" -> strings(json, email::bcc);
            case "replyTo" -> strings(json, email::replyTo);
            case "returnPath" -> email.returnPath(json.getString());
            case "subject" -> email.subject(json.getString());
            case "text" -> email.text(json.getString());
            case "html" -> email.html(json.getString());
            case "template" -> template = json.getString();
            case "templateVersion" -> templateVersion = json.getString();
            case "variables" -> variables = map(value(json));
            case "headers" -> headers(json);
            case "tags" -> entries(json, email::tag);
            case "metadata" -> entries(json, email::metadata);
            case "stream" -> email.stream(json.getString());
            case "tenant" -> email.tenant(json.getString());
            case "sendAt" -> email.sendAt(Instant.parse(json.getString()));
            case "expiresAt" -> email.expiresAt(Instant.parse(json.getString()));
            case "policy" -> email.ambiguityPolicy(AmbiguityPolicy.valueOf(json.getString()));
            case "locale" -> email.locale(json.getString());
            case "trackOpens" -> email.trackOpens(json.getBooleanValue());
            case "trackClicks" -> email.trackClicks(json.getBooleanValue());
            case "textFromHtml" -> email.textFromHtml();
            case "raw" -> raw(json);
            case "attachments" -> {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    attachment(json);
                }
            }
            case "pinned" -> pinned(json);
            case "idempotencyKey" -> email.idempotencyKey(json.getString());
            default -> json.skipChildren();
        }
    }

    private static void strings(JsonParser json, Consumer<String> sink) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            sink.accept(json.getString());
        }
    }

    private static void entries(JsonParser json, BiConsumer<String, String> sink) {
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            sink.accept(name, json.getString());
        }
    }

    private void headers(JsonParser json) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            json.nextToken();
            String name = json.getString();
            json.nextToken();
            email.header(name, json.getString());
            json.nextToken();
        }
    }

    /** The members of an object that are strings or numbers, as text. */
    private static Map<String, String> members(JsonParser json) {
        Map<String, String> members = new LinkedHashMap<>();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            if (json.nextToken().isScalarValue()) {
                members.put(name, json.getString());
            } else {
                json.skipChildren();
            }
        }
        return members;
    }

    private static ContentRef ref(Map<String, String> members) {
        return new ContentRef(required(members, "digest"), Long.parseLong(required(members, "size")));
    }

    private static String required(Map<String, String> members, String name) {
        String value = members.get(name);
        if (value == null) {
            throw new CorruptContentException("the stored document of a message lacks '" + name + "'", null);
        }
        return value;
    }

    private void raw(JsonParser json) throws IOException {
        try (InputStream in = opener.open(ref(members(json)))) {
            email.raw(in.readAllBytes());
        }
    }

    private void attachment(JsonParser json) {
        Map<String, String> members = members(json);
        ContentRef ref = ref(members);
        Attachment attachment =
                Attachment.of(required(members, "name"), required(members, "type"), new Stored(ref, opener));
        String cid = members.get("cid");
        email.attach(cid == null ? attachment : attachment.inline(cid));
    }

    /** The content of an attachment. */
    private record Stored(ContentRef ref, ContentOpener opener) implements Attachment.Source {
        @Override
        public InputStream open() throws IOException {
            return opener.open(ref);
        }

        @Override
        public long size() {
            return ref.size();
        }
    }

    private void pinned(JsonParser json) {
        Map<String, String> members = members(json);
        pinned = new Pinned(required(members, "version"), members.containsKey("digest") ? ref(members) : null);
    }

    private static @Nullable Object value(JsonParser json) {
        return switch (json.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_STRING -> json.getString();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> json.getIntValue();
            case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(json));
                }
                yield list;
            }
            default -> tagged(json);
        };
    }

    private static @Nullable Object tagged(JsonParser json) {
        String type = Objects.toString(json.nextName());
        json.nextToken();
        Object value = switch (type) {
            case "m" -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                for (String name = json.nextName(); name != null; name = json.nextName()) {
                    json.nextToken();
                    map.put(name, value(json));
                }
                yield map;
            }
            case "long" -> Long.valueOf(json.getString());
            case "double" -> Double.valueOf(json.getString());
            case "float" -> Float.valueOf(json.getString());
            case "short" -> Short.valueOf(json.getString());
            case "byte" -> Byte.valueOf(json.getString());
            case "integer" -> new BigInteger(json.getString());
            case "decimal" -> new BigDecimal(json.getString());
            default -> throw new CorruptContentException("a stored variable has the unknown type '" + type + "'", null);
        };
        json.nextToken();
        return value;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> map(@Nullable Object value) {
        return (Map<String, @Nullable Object>) Objects.requireNonNull(value, "variables");
    }
}
