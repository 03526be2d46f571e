// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.server.http.SuppressionApi.Caller;
import dev.mailer.server.http.SuppressionViews.Added;
import dev.mailer.server.http.SuppressionViews.StoredBatch;
import io.javalin.http.Context;
import java.util.HashMap;
import java.util.Map;

/** {@code /v1/suppressions}: HTTP around {@link SuppressionApi}. */
final class SuppressionRoutes {
    /** Has the {@code after} of the next page, as CSV has no place for it. */
    private static final String NEXT_HEADER = "X-Mailer-Next";

    private final SuppressionApi api;
    private final Bodies bodies;

    SuppressionRoutes(SuppressionApi api, Bodies bodies) {
        this.api = api;
        this.bodies = bodies;
    }

    void addTo(Routes routes) {
        routes.get("/v1/suppressions", Access.KEY, this::list);
        routes.get(
                "/v1/suppressions/{email}/history",
                Access.KEY,
                ctx -> ctx.json(api.history(Guard.tenant(ctx), ctx.pathParam("email"))));
        routes.post("/v1/suppressions", Access.KEY, this::add);
        routes.post("/v1/suppressions/batch", Access.KEY, this::addAll);
        routes.delete(
                "/v1/suppressions/{email}",
                Access.KEY,
                ctx -> ctx.json(api.remove(caller(ctx), ctx.pathParam("email"), EmailRoutes.query(ctx))));
    }

    private void list(Context ctx) {
        Map<String, String> query = new HashMap<>(EmailRoutes.query(ctx));
        String accept = ctx.header("Accept");
        if (accept != null && accept.startsWith("text/csv")) {
            query.putIfAbsent("format", "csv");
        }
        String format = query.getOrDefault("format", "json");
        if (!format.equals("csv") && !format.equals("json")) {
            throw ApiException.parameter("format", "must be json or csv.");
        }
        SuppressionViews.Entries page = api.list(Guard.tenant(ctx), query);
        if (format.equals("json")) {
            ctx.json(page);
            return;
        }
        String next = page.next();
        if (next != null) {
            ctx.header(NEXT_HEADER, next);
        }
        ctx.header("Content-Disposition", "attachment; filename=\"suppressions.csv\"");
        ctx.contentType("text/csv; charset=utf-8").result(SuppressionCsv.of(page.data()));
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
        StoredBatch batch = bodies.withJson(ctx, body -> api.addAll(caller, body, validation));
        EmailRoutes.warn(ctx, batch.unknown());
        ctx.json(batch.stored());
    }

    private static Caller caller(Context ctx) {
        return new Caller(Guard.tenant(ctx), Guard.keyName(ctx));
    }
}
