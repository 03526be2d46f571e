// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.EventType;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.WebhookStore.Attempt;
import dev.mailer.api.spi.WebhookStore.Delivery;
import dev.mailer.api.spi.WebhookStore.Query;
import dev.mailer.api.spi.WebhookStore.Selection;
import dev.mailer.api.spi.WebhookStore.Status;
import dev.mailer.core.MailerEngine;
import dev.mailer.server.http.WebhookViews.AttemptView;
import dev.mailer.server.http.WebhookViews.DeliveryView;
import dev.mailer.server.http.WebhookViews.EndpointView;
import dev.mailer.server.http.WebhookViews.KeySet;
import dev.mailer.server.http.WebhookViews.KeyView;
import dev.mailer.server.http.WebhookViews.Listed;
import dev.mailer.server.http.WebhookViews.Removed;
import dev.mailer.server.http.WebhookViews.Replayed;
import dev.mailer.webhooks.EventWords;
import dev.mailer.webhooks.InvalidWebhookException;
import dev.mailer.webhooks.PostalPublicKey;
import dev.mailer.webhooks.SigningKind;
import dev.mailer.webhooks.WebhookEndpoint;
import dev.mailer.webhooks.WebhookFormat;
import dev.mailer.webhooks.WebhookOptions;
import dev.mailer.webhooks.Webhooks;
import dev.mailer.webhooks.WebhooksPlugin;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The webhooks of the caller's tenant, apart from HTTP. Thread-safe. */
final class WebhookApi {
    private static final int PAGE = 50;
    private static final String NUMBER = "\\d{1,18}";

    private final MailerEngine engine;

    WebhookApi(MailerEngine engine) {
        this.engine = engine;
    }

    private Webhooks webhooks() {
        WebhooksPlugin plugin = engine.plugin(WebhooksPlugin.class);
        if (plugin == null) {
            throw ApiException.notFound("This server has no webhooks.");
        }
        return plugin.webhooks();
    }

    Listed<EndpointView> list(String tenant) {
        return new Listed<>(
                "list",
                false,
                null,
                webhooks().list(tenant).stream().map(e -> view(e, null)).toList());
    }

    EndpointView create(String tenant, JsonNode body) {
        JsonFields fields = new JsonFields(body, "");
        WebhookOptions.Builder options = WebhookOptions.to(fields.required("endpoint"));
        read(fields, options);
        Instant since = fields.instant("since");
        Webhooks.Created made = checked(() -> webhooks().create(tenant, options.build(), secret(fields)));
        if (since != null) {
            webhooks().replay(tenant, made.endpoint().id(), new Selection(null, null, since, null));
        }
        return view(made.endpoint(), made.secret().reveal());
    }

    EndpointView get(String tenant, String id) {
        return view(required(tenant, id), null);
    }

    /** What is absent stays. */
    EndpointView update(String tenant, String id, JsonNode body) {
        JsonFields fields = new JsonFields(body, "");
        required(tenant, id);
        String status = fields.string("status");
        if (status != null && !status.equals("enabled") && !status.equals("disabled")) {
            throw field("status", "must be one of enabled, disabled.");
        }
        if (changes(fields)) {
            checked(() -> webhooks().update(tenant, id, before -> changed(before, fields)));
        }
        if (status != null) {
            webhooks().enable(tenant, id, status.equals("enabled"));
        }
        return get(tenant, id);
    }

    private static boolean changes(JsonFields fields) {
        return fields.string("endpoint") != null || read(fields, WebhookOptions.to(""));
    }

    private static WebhookOptions changed(WebhookOptions before, JsonFields fields) {
        WebhookOptions.Builder options = before.toBuilder();
        String url = fields.string("endpoint");
        if (url != null) {
            options.url(url);
        }
        read(fields, options);
        return options.build();
    }

    Removed remove(String tenant, String id) {
        // also one that cannot be read, and is not shown
        if (!checked(() -> webhooks().remove(tenant, id))) {
            throw unknown();
        }
        return new Removed("webhook", id, true);
    }

    EndpointView rotate(String tenant, String id, JsonNode body) {
        required(tenant, id);
        Secret secret = secret(new JsonFields(body, ""));
        Webhooks.Created made = checked(() -> webhooks().rotate(tenant, id, secret));
        if (made == null) {
            throw unknown();
        }
        return view(made.endpoint(), made.secret().reveal());
    }

    AttemptView test(String tenant, String id) {
        Attempt attempt = webhooks().test(tenant, id);
        if (attempt == null) {
            throw unknown();
        }
        return AttemptView.of(attempt);
    }

    Listed<DeliveryView> deliveries(String tenant, String id, Map<String, String> query) {
        required(tenant, id);
        Integer limit = ListQuery.limit(query);
        int page = limit == null ? PAGE : limit;
        String type = ListQuery.get(query, "type");
        List<Delivery> found = webhooks()
                .deliveries(
                        tenant,
                        new Query(
                                id,
                                status(ListQuery.get(query, "status"), ApiException::parameter),
                                type == null ? null : type("type", type, ApiException::parameter),
                                number(ListQuery.get(query, "after")),
                                page + 1));
        boolean more = found.size() > page;
        List<Delivery> shown = more ? found.subList(0, page) : found;
        return new Listed<>(
                "list",
                more,
                more ? String.valueOf(shown.get(page - 1).event()) : null,
                shown.stream().map(d -> DeliveryView.of(d, null)).toList());
    }

    DeliveryView delivery(String tenant, String id, String event) {
        required(tenant, id);
        long wanted = event.matches(NUMBER) ? Long.parseLong(event) : -1;
        return webhooks().deliveries(tenant, new Query(id, null, null, wanted + 1, 1)).stream()
                .filter(d -> d.event() == wanted)
                .findFirst()
                .map(d -> DeliveryView.of(d, webhooks().attempts(tenant, id, wanted)))
                .orElseThrow(() -> ApiException.notFound("This webhook has no delivery of this event."));
    }

    /**
     * One with {@code event_id}, else those of a time or a state; without any of them those that were given up. One, or those since a time, also where
     * they were never to be told.
     */
    Replayed replay(String tenant, String id, JsonNode body) {
        required(tenant, id);
        JsonFields fields = new JsonFields(body, "");
        Long event = eventId(fields);
        Instant since = fields.instant("since");
        Instant until = fields.instant("until");
        Status status = status(fields.string("status"), WebhookApi::field);
        boolean nothing = event == null && since == null && until == null && status == null;
        Selection what = new Selection(event, nothing ? Status.DEAD : status, since, until);
        return new Replayed("webhook", id, webhooks().replay(tenant, id, what));
    }

    /** As Postal publishes it (RFC 7517 §5). */
    KeySet keys() {
        PostalPublicKey key = webhooks().postalPublicKey();
        return new KeySet(
                key == null
                        ? List.of()
                        : List.of(new KeyView("RSA", key.modulus(), key.exponent(), key.id(), "sig", "RS256")));
    }

    private static @Nullable Long eventId(JsonFields fields) {
        JsonNode event = fields.node("event_id");
        if (event != null && !event.isIntegralNumber()) {
            throw JsonFields.wrongType("event_id", "a number", event);
        }
        if (event != null && !event.canConvertToLong()) {
            throw field("event_id", "must be the id of an event.");
        }
        return event == null ? null : (Long) event.longValue();
    }

    /** Returns whether anything was given. */
    private static boolean read(JsonFields fields, WebhookOptions.Builder options) {
        boolean given = false;
        if (fields.has("events")) {
            given = true;
            Set<EventType> types = new LinkedHashSet<>();
            fields.strings("events").forEach((path, word) -> types.add(type(path, word, WebhookApi::field)));
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

    private static ApiException field(String name, String problem) {
        return ApiException.field("validation_error", name, problem);
    }

    private static EventType type(String name, String word, BiFunction<String, String, ApiException> wrong) {
        EventType type = EventWords.read(word.toLowerCase(Locale.ROOT));
        if (type == null) {
            throw wrong.apply(name, "must be a type such as email.delivered.");
        }
        return type;
    }

    private static @Nullable Status status(@Nullable String text, BiFunction<String, String, ApiException> wrong) {
        if (text == null) {
            return null;
        }
        return Arrays.stream(Status.values())
                .filter(s -> s.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> wrong.apply("status", "must be one of waiting, delivered, dead, held."));
    }

    private static @Nullable Long number(@Nullable String text) {
        if (text == null) {
            return null;
        }
        if (!text.matches(NUMBER)) {
            throw ApiException.parameter("after", "must be the id of an event.");
        }
        return Long.parseLong(text);
    }

    /** One that is given, or a new one of the kind that is asked for; null when neither is. */
    private static @Nullable Secret secret(JsonFields fields) {
        String text = fields.string("signing_secret");
        SigningKind kind = fields.choice("signing_kind", SigningKind.class);
        if (text != null && kind != null) {
            throw field("signing_kind", "must be absent where signing_secret is given.");
        }
        if (kind != null) {
            return kind.generate();
        }
        return text == null ? null : Secret.of(text);
    }

    private EndpointView view(WebhookEndpoint e, @Nullable String secret) {
        return EndpointView.of(e, webhooks().waiting(e.tenant(), e.id()), secret);
    }

    private WebhookEndpoint required(String tenant, String id) {
        WebhookEndpoint found = webhooks().find(tenant, id);
        if (found == null) {
            throw unknown();
        }
        return found;
    }

    private static ApiException unknown() {
        return ApiException.notFound("There is no webhook of this id.");
    }

    private static <T extends @Nullable Object> T checked(Supplier<T> step) {
        try {
            return step.get();
        } catch (InvalidWebhookException e) {
            String field = switch (e.option()) {
                case "url" -> "endpoint";
                case "secret" -> "signing_secret";
                default -> e.option();
            };
            throw field(field, e.problem() + ".");
        }
    }
}
