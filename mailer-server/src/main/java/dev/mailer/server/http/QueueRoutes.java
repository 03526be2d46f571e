// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

/** {@code /v1/queues}: HTTP around {@link QueueApi}. */
final class QueueRoutes {
    private final QueueApi api;
    private final Bodies bodies;

    QueueRoutes(QueueApi api, Bodies bodies) {
        this.api = api;
        this.bodies = bodies;
    }

    void addTo(Routes routes) {
        routes.get("/v1/queues", Access.KEY, ctx -> ctx.json(api.queues(Guard.tenant(ctx))));
        routes.post("/v1/queues/pause", Access.KEY, ctx -> {
            ctx.json(bodies.withJson(ctx, body -> api.pause(Guard.tenant(ctx), body)));
        });
        routes.post("/v1/queues/resume", Access.KEY, ctx -> {
            ctx.json(bodies.withJson(ctx, body -> api.resume(Guard.tenant(ctx), body)));
        });
    }
}
