// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import io.javalin.http.Context;
import java.util.function.Function;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * {@code /v1/webhooks}, and the key of the format of Postal where Postal has it: HTTP around {@link WebhookApi} and
 * {@link WebhookLogApi}.
 */
final class WebhookRoutes {
    private final WebhookApi api;
    private final WebhookLogApi log;
    private final Bodies bodies;

    WebhookRoutes(TenantWebhooks webhooks, Bodies bodies) {
        this.api = new WebhookApi(webhooks);
        this.log = new WebhookLogApi(webhooks);
        this.bodies = bodies;
    }

    void addTo(Routes routes) {
        routes.get("/.well-known/jwks.json", Access.OPEN, ctx -> ctx.json(api.keys()));
        String all = "/v1/webhooks";
        String one = all + "/{id}";
        routes.get(all, Access.KEY, ctx -> ctx.json(api.list(Guard.tenant(ctx))));
        routes.post(
                all,
                Access.KEY,
                ctx -> ctx.status(201).json(with(ctx, fields -> api.create(Guard.tenant(ctx), fields))));
        routes.get(one, Access.KEY, ctx -> ctx.json(api.get(Guard.tenant(ctx), id(ctx))));
        routes.patch(
                one, Access.KEY, ctx -> ctx.json(with(ctx, fields -> api.update(Guard.tenant(ctx), id(ctx), fields))));
        routes.delete(one, Access.KEY, ctx -> ctx.json(api.remove(Guard.tenant(ctx), id(ctx))));
        routes.post(
                one + "/rotate",
                Access.KEY,
                ctx -> ctx.json(withOptional(ctx, fields -> api.rotate(Guard.tenant(ctx), id(ctx), fields))));
        routes.post(one + "/test", Access.KEY, ctx -> ctx.json(api.test(Guard.tenant(ctx), id(ctx))));
        routes.get(
                one + "/deliveries",
                Access.KEY,
                ctx -> ctx.json(log.deliveries(Guard.tenant(ctx), id(ctx), EmailRoutes.query(ctx))));
        routes.get(
                one + "/deliveries/{event}",
                Access.KEY,
                ctx -> ctx.json(log.delivery(Guard.tenant(ctx), id(ctx), ctx.pathParam("event"))));
        routes.post(
                one + "/replay",
                Access.KEY,
                ctx -> ctx.json(withOptional(ctx, fields -> log.replay(Guard.tenant(ctx), id(ctx), fields))));
    }

    /** No body is an empty object. */
    private <T> T withOptional(Context ctx, Function<JsonFields, T> work) {
        return Bodies.isNone(ctx)
                ? work.apply(new JsonFields(JsonNodeFactory.instance.objectNode(), ""))
                : with(ctx, work);
    }

    private <T> T with(Context ctx, Function<JsonFields, T> work) {
        return bodies.withJson(ctx, body -> EmailRoutes.warned(ctx, body, work));
    }

    private static String id(Context ctx) {
        return ctx.pathParam("id");
    }
}
