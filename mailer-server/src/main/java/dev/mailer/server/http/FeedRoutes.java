// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

/** {@code /v1/events} and {@code /v1/token-keys}: HTTP around {@link FeedApi} and {@link TokenKeyApi}. */
final class FeedRoutes {
    private final FeedApi feed;
    private final TokenKeyApi keys;

    FeedRoutes(FeedApi feed, TokenKeyApi keys) {
        this.feed = feed;
        this.keys = keys;
    }

    void addTo(Routes routes) {
        routes.get("/v1/events", Access.KEY, ctx -> ctx.json(feed.read(Guard.tenant(ctx), EmailRoutes.query(ctx))));
        routes.get("/v1/token-keys", Access.OPERATOR, ctx -> ctx.json(keys.list()));
        routes.post("/v1/token-keys", Access.OPERATOR, ctx -> ctx.status(201).json(keys.rotate()));
        routes.post(
                "/v1/token-keys/{version}/revoke",
                Access.OPERATOR,
                ctx -> ctx.json(keys.revoke(ctx.pathParam("version"))));
    }
}
