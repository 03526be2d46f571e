// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

/** {@code /v1/events}, {@code /v1/token-keys} and {@code /v1/tracking}: HTTP around {@link FeedApi}, {@link TokenKeyApi} and {@link TrackingApi}. */
final class FeedRoutes {
    private final FeedApi feed;
    private final TokenKeyApi keys;
    private final TrackingApi tracking;
    private final Bodies bodies;

    FeedRoutes(FeedApi feed, TokenKeyApi keys, TrackingApi tracking, Bodies bodies) {
        this.feed = feed;
        this.keys = keys;
        this.tracking = tracking;
        this.bodies = bodies;
    }

    void addTo(Routes routes) {
        routes.get("/v1/events", Access.KEY, ctx -> ctx.json(feed.read(Guard.tenant(ctx), EmailRoutes.query(ctx))));
        routes.get("/v1/token-keys", Access.OPERATOR, ctx -> ctx.json(keys.list()));
        routes.post("/v1/token-keys", Access.OPERATOR, ctx -> ctx.status(201).json(keys.rotate()));
        routes.post(
                "/v1/token-keys/{version}/revoke",
                Access.OPERATOR,
                ctx -> ctx.json(keys.revoke(ctx.pathParam("version"))));
        routes.post(
                "/v1/tracking/rescore",
                Access.OPERATOR,
                ctx -> ctx.json(bodies.withJson(
                        ctx, body -> EmailRoutes.warned(ctx, body, fields -> tracking.rescore(fields)))));
    }
}
