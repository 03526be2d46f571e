// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import tools.jackson.databind.JsonNode;

/** {@code /v1/personal-data}: HTTP around {@link PersonalDataApi}. */
final class PersonalDataRoutes {
    private final PersonalDataApi api;
    private final Bodies bodies;

    PersonalDataRoutes(PersonalDataApi api, Bodies bodies) {
        this.api = api;
        this.bodies = bodies;
    }

    void addTo(Routes routes) {
        routes.post("/v1/personal-data/export", Access.KEY, ctx -> {
            JsonNode request = bodies.withJson(ctx, body -> body);
            export(ctx, request);
        });
        routes.post(
                "/v1/personal-data/erase",
                Access.KEY,
                ctx -> ctx.json(bodies.withJson(ctx, body -> api.erase(Guard.tenant(ctx), body))));
    }

    /** One line at a time, so that what is in memory does not grow with what is stored. */
    private void export(Context ctx, JsonNode request) {
        ctx.contentType("application/x-ndjson");
        OutputStream out = ctx.outputStream();
        api.export(Guard.tenant(ctx), request, mail -> {
            try {
                out.write(Json.MAPPER.writeValueAsBytes(mail));
                out.write('\n');
            } catch (IOException e) {
                throw new UncheckedIOException("the caller went away during an export", e);
            }
        });
    }
}
