// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
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

    /**
     * One line at a time, so that what is in memory does not grow with what is stored. The last line says that all is there: a failure
     * on the way comes behind a status that is sent already.
     */
    private void export(Context ctx, JsonNode request) {
        ctx.contentType("application/x-ndjson");
        OutputStream out = ctx.outputStream();
        AtomicInteger mails = new AtomicInteger();
        api.export(Guard.tenant(ctx), request, mail -> {
            line(out, mail);
            mails.incrementAndGet();
        });
        line(out, new ExportEnd("export", mails.get()));
    }

    private static void line(OutputStream out, Object json) {
        try {
            out.write(Json.MAPPER.writeValueAsBytes(json));
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("the caller went away during an export", e);
        }
    }

    /** The last line of an export that is complete. */
    private record ExportEnd(String object, int emails) {}
}
