// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.spi.WebhookStore.Delivery;
import dev.mailer.api.spi.WebhookStore.Query;
import dev.mailer.api.spi.WebhookStore.Selection;
import dev.mailer.api.spi.WebhookStore.Status;
import dev.mailer.server.http.WebhookViews.DeliveryView;
import dev.mailer.server.http.WebhookViews.Listed;
import dev.mailer.server.http.WebhookViews.Replayed;
import dev.mailer.webhooks.WebhookLog;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the webhooks of the caller's tenant were told, apart from HTTP. Thread-safe. */
final class WebhookLogApi {
    private static final int PAGE = 50;
    private static final String NUMBER = "\\d{1,18}";

    private final TenantWebhooks webhooks;

    WebhookLogApi(TenantWebhooks webhooks) {
        this.webhooks = webhooks;
    }

    Listed<DeliveryView> deliveries(String tenant, String id, Map<String, String> query) {
        webhooks.required(tenant, id);
        Integer limit = ListQuery.limit(query);
        int page = limit == null ? PAGE : limit;
        String type = ListQuery.get(query, "type");
        List<Delivery> found = webhooks.log()
                .deliveries(
                        tenant,
                        new Query(
                                id,
                                status(ListQuery.get(query, "status"), ApiException::parameter),
                                type == null ? null : WebhookFields.type("type", type, ApiException::parameter),
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
        webhooks.required(tenant, id);
        long wanted = event.matches(NUMBER) ? Long.parseLong(event) : -1;
        return webhooks.log().deliveries(tenant, new Query(id, null, null, wanted + 1, 1)).stream()
                .filter(d -> d.event() == wanted)
                .findFirst()
                .map(d -> DeliveryView.of(d, webhooks.log().attempts(tenant, id, wanted)))
                .orElseThrow(() -> ApiException.notFound("This webhook has no delivery of this event."));
    }

    /**
     * A part of telling again: one with {@code event_id}, else those of a time or a state; without any of them those that were given up. One, or
     * those since a time, also where they were never to be told.
     */
    Replayed replay(String tenant, String id, JsonFields fields) {
        webhooks.required(tenant, id);
        Long event = eventId(fields);
        Instant since = fields.instant("since");
        Instant until = fields.instant("until");
        if (since != null && until != null && !since.isBefore(until)) {
            throw WebhookFields.wrong("since", "must be before `until`, which is " + until + ".");
        }
        Status status = status(fields.string("status"), WebhookFields::wrong);
        boolean nothing = event == null && since == null && until == null && status == null;
        Selection what = new Selection(event, nothing ? Status.DEAD : status, since, until);
        String after = fields.string("after");
        WebhookLog.Replayed part = WebhookFields.checked(() -> webhooks.log().replay(tenant, id, what, after));
        if (event != null && part.replayed() == 0) {
            // says so where there is no such event for this webhook
            var unused = delivery(tenant, id, event.toString());
        }
        return new Replayed("webhook", id, part.replayed(), part.next() != null, part.next());
    }

    private static @Nullable Long eventId(JsonFields fields) {
        JsonNode event = fields.node("event_id");
        if (event != null && !event.isIntegralNumber()) {
            throw JsonFields.wrongType("event_id", "a number", event);
        }
        if (event != null && !event.canConvertToLong()) {
            throw WebhookFields.wrong("event_id", "must be the id of an event.");
        }
        return event == null ? null : (Long) event.longValue();
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
}
