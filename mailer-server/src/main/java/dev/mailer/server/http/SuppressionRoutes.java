// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.server.http.SuppressionApi.Added;
import dev.mailer.server.http.SuppressionApi.Caller;
import io.javalin.http.Context;

/** {@code /v1/suppressions}: HTTP around {@link SuppressionApi}. */
final class SuppressionRoutes {
    private final SuppressionApi api;
    private final Bodies bodies;

    SuppressionRoutes(SuppressionApi api, Bodies bodies) {
        this.api = api;
        this.bodies = bodies;
    }

    void addTo(Routes routes) {
        routes.get(
                "/v1/suppressions", Access.KEY, ctx -> ctx.json(api.list(Guard.tenant(ctx), EmailRoutes.query(ctx))));
        routes.post("/v1/suppressions", Access.KEY, this::add);
        routes.post("/v1/suppressions/batch", Access.KEY, this::addAll);
        routes.delete(
                "/v1/suppressions/{email}",
                Access.KEY,
                ctx -> ctx.json(api.remove(caller(ctx), ctx.pathParam("email"), EmailRoutes.query(ctx))));
    }

    private void add(Context ctx) {
        Caller caller = caller(ctx);
        Added added = bodies.withJson(ctx, body -> api.add(caller, body));
        EmailRoutes.warn(ctx, added.unknown());
        ctx.status(added.isNew() ? 201 : 200).json(added.entry());
    }

    private void addAll(Context ctx) {
        Caller caller = caller(ctx);
        EmailApi.BatchValidation validation = EmailRoutes.validation(ctx);
        ctx.json(bodies.withJson(ctx, body -> api.addAll(caller, body, validation)));
    }

    private static Caller caller(Context ctx) {
        return new Caller(Guard.tenant(ctx), Guard.keyName(ctx));
    }
}
