// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.DeliveryState;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** {@code /v1/emails}: HTTP around {@link EmailApi}. */
final class EmailRoutes {
    /** Names fields that were ignored. */
    static final String WARNING_HEADER = "X-Mailer-Warning";

    private static final Logger LOG = LoggerFactory.getLogger(EmailRoutes.class);
    private static final int MAX_NAMED = 20;

    private final EmailApi api;
    private final Bodies bodies;

    EmailRoutes(EmailApi api, Bodies bodies) {
        this.api = api;
        this.bodies = bodies;
    }

    void addTo(Routes routes) {
        routes.post("/v1/emails", Access.KEY, this::send);
        routes.get("/v1/emails", Access.KEY, this::list);
        routes.post("/v1/emails/batch", Access.KEY, this::sendAll);
        routes.get("/v1/emails/{id}", Access.KEY, this::find);
        routes.get("/v1/emails/{id}/events", Access.KEY, this::events);
        routes.get("/v1/emails/{id}/trace", Access.KEY, this::trace);
        routes.post("/v1/emails/{id}/cancel", Access.KEY, this::cancel);
        routes.post(
                "/v1/emails/{id}/deliveries/{delivery}/retry", Access.KEY, ctx -> resolve(ctx, DeliveryState.QUEUED));
        routes.post(
                "/v1/emails/{id}/deliveries/{delivery}/give-up", Access.KEY, ctx -> resolve(ctx, DeliveryState.FAILED));
    }

    private void send(Context ctx) {
        String tenant = Guard.tenant(ctx);
        String key = ctx.header("Idempotency-Key");
        EmailApi.Accepted accepted = bodies.withJson(ctx, body -> api.send(tenant, body, key));
        describe(ctx, accepted);
        ctx.json(accepted.data().get(0));
    }

    private void sendAll(Context ctx) {
        String tenant = Guard.tenant(ctx);
        String key = ctx.header("Idempotency-Key");
        EmailApi.BatchValidation validation = validation(ctx);
        EmailApi.Accepted accepted = bodies.withJson(ctx, body -> api.sendAll(tenant, body, key, validation));
        describe(ctx, accepted);
        ctx.json(
                accepted.errors() == null
                        ? Map.of("data", accepted.data())
                        : Map.of("data", accepted.data(), "errors", accepted.errors()));
    }

    static EmailApi.BatchValidation validation(Context ctx) {
        String header = ctx.header("x-batch-validation");
        if (header == null || header.equals("strict")) {
            return EmailApi.BatchValidation.STRICT;
        }
        if (header.equals("permissive")) {
            return EmailApi.BatchValidation.PERMISSIVE;
        }
        if (header.equals("check")) {
            return EmailApi.BatchValidation.CHECK;
        }
        throw ApiException.parameter("x-batch-validation", "must be strict, permissive or check.");
    }

    private void list(Context ctx) {
        ctx.json(api.list(Guard.tenant(ctx), query(ctx)));
    }

    private void find(Context ctx) {
        String wait = query(ctx).getOrDefault("wait", "0");
        int seconds = wait.matches("\\d{1,3}") ? Integer.parseInt(wait) : -1;
        if (seconds < 0 || seconds > EmailApi.MAX_WAIT.toSeconds()) {
            throw ApiException.parameter(
                    "wait", "must be a whole number of seconds from 0 to " + EmailApi.MAX_WAIT.toSeconds() + ".");
        }
        ctx.json(api.find(Guard.tenant(ctx), ctx.pathParam("id"), Duration.ofSeconds(seconds)));
    }

    private void events(Context ctx) {
        ctx.json(api.events(Guard.tenant(ctx), ctx.pathParam("id")));
    }

    private void trace(Context ctx) {
        ctx.json(api.trace(Guard.tenant(ctx), ctx.pathParam("id")));
    }

    private void cancel(Context ctx) {
        ctx.json(api.cancel(Guard.tenant(ctx), ctx.pathParam("id")));
    }

    private void resolve(Context ctx, DeliveryState to) {
        ctx.json(api.resolve(Guard.tenant(ctx), ctx.pathParam("id"), ctx.pathParam("delivery"), to));
    }

    /** The last value where a name repeats. */
    static Map<String, String> query(Context ctx) {
        return ctx.queryParamMap().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, e -> {
            // without a value where it cannot be decoded
            if (e.getValue().isEmpty()) {
                throw ApiException.parameter(e.getKey(), "is not percent-encoded as UTF-8 is.");
            }
            return e.getValue().get(e.getValue().size() - 1);
        }));
    }

    private static void describe(Context ctx, EmailApi.Accepted accepted) {
        if (accepted.duplicate()) {
            ctx.header("Idempotent-Replayed", "true");
        }
        warn(ctx, accepted.unknown());
    }

    /** What {@code work} makes of a body that is an object; names the fields that it did not ask for. */
    static <T> T warned(Context ctx, JsonNode body, Function<JsonFields, T> work) {
        JsonFields fields = new JsonFields(body, "");
        T done = work.apply(fields);
        warn(ctx, fields.unknown());
        return done;
    }

    /** Names the fields that were ignored. */
    static void warn(Context ctx, List<String> unknown) {
        if (!unknown.isEmpty()) {
            String names = names(unknown);
            ctx.header(WARNING_HEADER, "unknown fields ignored: " + names);
            LOG.debug("unknown fields ignored: {}", names);
        }
    }

    /** Names come from outside: only what is harmless in a header, and not too many. */
    private static String names(List<String> unknown) {
        String named = unknown.stream()
                .limit(MAX_NAMED)
                .map(name -> name.replaceAll("[^A-Za-z0-9_.\\[\\]-]", "?"))
                .map(name -> name.length() > 80 ? name.substring(0, 80) : name)
                .collect(Collectors.joining(", "));
        int more = unknown.size() - MAX_NAMED;
        return more > 0 ? named + " and " + more + " more" : named;
    }
}
