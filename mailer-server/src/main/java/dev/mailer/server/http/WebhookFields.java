// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.EventType;
import dev.mailer.api.Secret;
import dev.mailer.webhooks.EventWords;
import dev.mailer.webhooks.InvalidWebhookException;
import dev.mailer.webhooks.SigningKind;
import dev.mailer.webhooks.WebhookFormat;
import dev.mailer.webhooks.WebhookOptions;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What requests say of a webhook; what is wrong is said of its field. */
final class WebhookFields {
    private WebhookFields() {}

    static boolean changes(JsonFields fields) {
        return fields.string("endpoint") != null || read(fields, WebhookOptions.to(""));
    }

    static WebhookOptions changed(WebhookOptions before, JsonFields fields) {
        WebhookOptions.Builder options = before.toBuilder();
        String url = fields.string("endpoint");
        if (url != null) {
            options.url(url);
        }
        read(fields, options);
        return options.build();
    }

    /** Returns whether anything was given. */
    static boolean read(JsonFields fields, WebhookOptions.Builder options) {
        boolean given = false;
        if (fields.has("events")) {
            given = true;
            Set<EventType> types = new LinkedHashSet<>();
            fields.strings("events").forEach((path, word) -> types.add(type(path, word, WebhookFields::wrong)));
            options.types(types);
        }
        if (fields.has("streams")) {
            given = true;
            options.streams(new LinkedHashSet<>(fields.strings("streams").values()));
        }
        WebhookFormat format = fields.choice("format", WebhookFormat.class);
        if (format != null) {
            given = true;
            options.format(format);
        }
        if (fields.has("headers")) {
            given = true;
            options.headers(fields.texts("headers"));
        }
        String description = fields.string("description");
        if (description != null) {
            given = true;
            options.description(description);
        }
        return given;
    }

    /** One that is given, or a new one of the kind that is asked for; null when neither is. */
    static @Nullable Secret secret(JsonFields fields) {
        String text = fields.string("signing_secret");
        SigningKind kind = fields.choice("signing_kind", SigningKind.class);
        if (text != null && kind != null) {
            throw wrong("signing_kind", "must be absent where signing_secret is given.");
        }
        if (kind != null) {
            return kind.generate();
        }
        return text == null ? null : Secret.of(text);
    }

    static EventType type(String name, String word, BiFunction<String, String, ApiException> problem) {
        EventType type = EventWords.read(word.toLowerCase(Locale.ROOT));
        if (type == null) {
            throw problem.apply(name, "must be a type such as email.delivered.");
        }
        return type;
    }

    static ApiException wrong(String name, String problem) {
        return ApiException.field("validation_error", name, problem);
    }

    static <T extends @Nullable Object> T checked(Supplier<T> step) {
        try {
            return step.get();
        } catch (InvalidWebhookException e) {
            String field = switch (e.option()) {
                case "url" -> "endpoint";
                case "secret" -> "signing_secret";
                default -> e.option();
            };
            throw wrong(field, e.problem() + ".");
        }
    }
}
