// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.MailerUnavailableException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever goes wrong into the one shape of errors. What was not foreseen is logged and shown without detail. */
final class Errors {
    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);

    private Errors() {}

    static void addTo(RoutesConfig routes) {
        routes.exception(ApiException.class, (e, ctx) -> answer(ctx, e));
        Unavailability unavailability = new Unavailability(System::nanoTime);
        routes.exception(MailerUnavailableException.class, (e, ctx) -> {
            boolean changes = !Set.of(HandlerType.GET, HandlerType.HEAD).contains(ctx.method());
            answer(ctx, unavailability.answer(e, route(ctx), changes));
        });
        routes.exception(HttpResponseException.class, (e, ctx) -> answer(ctx, ofJavalin(e)));
        routes.exception(Exception.class, (e, ctx) -> {
            // The message may hold an address, which belongs below.
            LOG.error("{} failed: {}", route(ctx), Causes.of(e));
            LOG.debug("in full", e);
            answer(
                    ctx,
                    ApiException.of(500, "internal_server_error", "Something went wrong; the server's log says what."));
        });
    }

    /** The pattern and not the path, which can hold anything. */
    private static String route(Context ctx) {
        return ctx.req().getMethod() + " " + Routes.pattern(ctx);
    }

    private static ApiException ofJavalin(HttpResponseException e) {
        return switch (e.getStatus()) {
            case 404 -> ApiException.notFound("There is nothing at this path.");
            case 405 -> ApiException.of(405, "method_not_allowed", "This path does not answer this method.");
            case 413 -> ApiException.of(413, "validation_error", "The body is too large.");
            default ->
                ApiException.of(
                        e.getStatus(),
                        e.getStatus() < 500 ? "validation_error" : "internal_server_error",
                        "The request could not be processed.");
        };
    }

    private static void answer(Context ctx, ApiException e) {
        Duration retryAfter = e.retryAfter();
        if (retryAfter != null) {
            ctx.header("Retry-After", Times.seconds(retryAfter));
        }
        if (e.status() == 401) {
            ctx.header("WWW-Authenticate", "Bearer");
        }
        ctx.status(e.status()).contentType("application/json").result(e.toJson().toString());
    }
}
