// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

/** {@code /v1/sites}: HTTP around {@link SiteApi}. */
final class SiteRoutes {
    private final SiteApi api;

    SiteRoutes(SiteApi api) {
        this.api = api;
    }

    void addTo(Routes routes) {
        routes.get("/v1/sites", Access.OPERATOR, ctx -> ctx.json(api.sites()));
        routes.post("/v1/sites/{name}/release", Access.OPERATOR, ctx -> ctx.json(api.release(ctx.pathParam("name"))));
        routes.get("/v1/sites/tls", Access.OPERATOR, ctx -> ctx.json(api.tlsCounts(ctx.queryParam("day"))));
    }
}
