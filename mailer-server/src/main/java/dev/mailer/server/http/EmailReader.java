// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.Email;
import dev.mailer.api.InvalidEmailException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Turns the JSON of one mail into an {@link Email}, or says which field is wrong. Used once. */
final class EmailReader {
    private final JsonFields fields;
    private final Email.Builder email = Email.builder();
    private final List<String> unknown = new ArrayList<>();

    private EmailReader(JsonNode body, String path) {
        this.fields = new JsonFields(body, path);
    }

    /**
     * A mail as read.
     *
     * @param unknown paths of fields that were ignored
     * @param key the path of its own idempotency key; null without one
     */
    record Read(
            Email.Builder email,
            List<String> unknown,
            @Nullable String key) {
        /** For a request with a key in its header. */
        void requireNoKey() {
            if (key != null) {
                throw ApiException.field("validation_error", key, "and the header Idempotency-Key exclude each other.");
            }
        }
    }

    /** @param path of the mail within the body; empty when it is the body */
    static Read read(JsonNode body, String path, String tenant) {
        EmailReader reader = new EmailReader(body, path);
        reader.addresses();
        reader.content();
        reader.labels();
        reader.options();
        reader.email.tenant(tenant);
        reader.set("", "", Email.Builder::build);
        reader.unknown.addAll(reader.fields.unknown());
        return new Read(reader.email, reader.unknown, reader.key());
    }

    private void addresses() {
        boolean raw = fields.has("raw");
        String from = raw ? fields.string("from") : fields.required("from");
        if (from != null) {
            set("invalid_from_address", "from", e -> e.from(from));
        }
        Map<String, String> to = fields.strings("to");
        Map<String, String> cc = fields.strings("cc");
        Map<String, String> bcc = fields.strings("bcc");
        if (to.isEmpty() && cc.isEmpty() && bcc.isEmpty()) {
            throw ApiException.missing(fields.path("to"));
        }
        each(to, Email.Builder::to);
        each(cc, Email.Builder::cc);
        each(bcc, Email.Builder::bcc);
        each(fields.strings("reply_to"), Email.Builder::replyTo);
        text("return_path", Email.Builder::returnPath);
    }

    private void content() {
        JsonFields template = fields.object("template");
        String raw = fields.string("raw");
        String html = fields.string("html");
        String text = fields.string("text");
        if (raw == null && template == null) {
            fields.required("subject");
            if (html == null && text == null) {
                throw ApiException.of(
                        422,
                        "missing_required_field",
                        "Missing `" + fields.path("html") + "` or `" + fields.path("text") + "` field.");
            }
        }
        text("subject", Email.Builder::subject);
        text("html", Email.Builder::html);
        text("text", Email.Builder::text);
        if (raw != null) {
            byte[] mime = AttachmentReader.base64("validation_error", fields.path("raw"), raw);
            set("validation_error", "raw", e -> e.raw(mime));
        }
        if (template != null) {
            template(template);
        }
        List<JsonNode> attachments = fields.items("attachments");
        for (int i = 0; i < attachments.size(); i++) {
            email.attach(
                    AttachmentReader.read(attachments.get(i), fields.path("attachments") + "[" + i + "]", unknown));
        }
    }

    private void template(JsonFields template) {
        String name = template.required("id");
        String version = template.string("version");
        JsonNode variables = template.node("variables");
        if (variables != null && !variables.isObject()) {
            throw JsonFields.wrongType(template.path("variables"), "an object", variables);
        }
        Map<String, @Nullable Object> plain = new TreeMap<>();
        if (variables != null) {
            for (Map.Entry<String, JsonNode> entry : variables.properties()) {
                plain.put(entry.getKey(), Json.MAPPER.treeToValue(entry.getValue(), Object.class));
            }
        }
        unknown.addAll(template.unknown());
        set("validation_error", "template", e -> e.template(name, plain));
        if (version != null) {
            set("validation_error", "template.version", e -> e.templateVersion(version));
        }
    }

    private void labels() {
        fields.texts("headers").forEach((name, value) -> {
            set("validation_error", "headers", e -> e.header(name, value));
        });
        List<JsonNode> tags = fields.items("tags");
        for (int i = 0; i < tags.size(); i++) {
            JsonFields tag = new JsonFields(tags.get(i), fields.path("tags") + "[" + i + "]");
            String name = tag.required("name");
            String value = tag.required("value");
            unknown.addAll(tag.unknown());
            set("validation_error", "tags[" + i + "]", e -> e.tag(name, value));
        }
        fields.texts("metadata").forEach((key, value) -> {
            set("validation_error", "metadata", e -> e.metadata(key, value));
        });
    }

    private void options() {
        text("stream", Email.Builder::stream);
        text("locale", Email.Builder::locale);
        text("idempotency_key", Email.Builder::idempotencyKey);
        Instant sendAt = fields.instant("scheduled_at");
        if (sendAt != null) {
            email.sendAt(sendAt);
        }
        Instant expiresAt = fields.instant("expires_at");
        if (expiresAt != null) {
            email.expiresAt(expiresAt);
        }
        Instant until = fields.instant("idempotency_until");
        if (until != null) {
            email.idempotencyUntil(until);
        }
        Boolean opens = fields.flag("track_opens");
        if (opens != null) {
            email.trackOpens(opens);
        }
        Boolean clicks = fields.flag("track_clicks");
        if (clicks != null) {
            email.trackClicks(clicks);
        }
        AmbiguityPolicy policy = fields.choice("ambiguity_policy", AmbiguityPolicy.class);
        if (policy != null) {
            email.ambiguityPolicy(policy);
        }
    }

    private @Nullable String key() {
        return fields.has("idempotency_key") ? fields.path("idempotency_key") : null;
    }

    private interface Setter {
        void set(Email.Builder email, String value);
    }

    private void text(String name, Setter setter) {
        String value = fields.string(name);
        if (value != null) {
            set("validation_error", name, e -> setter.set(e, value));
        }
    }

    private void each(Map<String, String> values, Setter setter) {
        values.forEach((path, value) -> {
            try {
                setter.set(email, value);
            } catch (InvalidEmailException e) {
                throw ApiException.field("validation_error", path, problem(e));
            }
        });
    }

    /** Names the field as this API spells it; without a name, the engine's own field tells. */
    private void set(String error, String name, Consumer<Email.Builder> setter) {
        try {
            setter.accept(email);
        } catch (InvalidEmailException e) {
            if (name.isEmpty()) {
                throw refused(fields, e);
            }
            throw ApiException.field(error, fields.path(name), problem(e));
        }
    }

    /** A mail that the engine refused. */
    static ApiException refused(InvalidEmailException e) {
        return ApiException.field(errorName(e.field()), snakeCase(e.field()), problem(e));
    }

    private static ApiException refused(JsonFields fields, InvalidEmailException e) {
        return ApiException.field(errorName(e.field()), fields.path(snakeCase(e.field())), problem(e));
    }

    /** What is wrong, without the engine's name of the field, as a sentence's end. */
    static String problem(InvalidEmailException e) {
        String message = String.valueOf(e.getMessage());
        String prefix = e.field() + ": ";
        String problem = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
        return (problem.startsWith("is ") || problem.startsWith("has ") ? problem : "is not accepted: " + problem)
                + ".";
    }

    private static String errorName(String field) {
        return switch (field) {
            case "from" -> "invalid_from_address";
            case "attachments" -> "invalid_attachment";
            default -> "validation_error";
        };
    }

    private static String snakeCase(String field) {
        return switch (field) {
            case "sendAt" -> "scheduled_at";
            case "header" -> "headers";
            default -> field.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
        };
    }
}
