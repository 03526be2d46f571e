// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.Bytes;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever goes wrong into the one shape of errors. What was not foreseen is logged and shown without detail. Thread-safe. */
final class Errors {
    private static final Logger log = LoggerFactory.getLogger(Errors.class);

    private static final String JSON = "application/json";

    private final Unavailability unavailability = new Unavailability(System::nanoTime);

    void addTo(JavalinConfig config) {
        config.routes.exception(Exception.class, this::answer);
        // its own answer to these goes before that to all
        config.routes.exception(HttpResponseException.class, this::answer);
        config.router.javaLangErrorHandler(this::answer);
    }

    /**
     * What is answered.
     *
     * @param route method and pattern
     * @param changes whether the request would have changed something
     */
    ApiException of(Throwable e, String route, boolean changes) {
        if (e instanceof ApiException known) {
            return known;
        }
        if (e instanceof MailerUnavailableException unavailable) {
            return unavailability.answer(unavailable, route, changes);
        }
        if (e instanceof HttpResponseException ofJavalin) {
            return ofJavalin(ofJavalin);
        }
        // The message may hold an address, which belongs below.
        log.error("{} failed: {}", route, Causes.of(e));
        log.debug("in full", e);
        return ApiException.of(500, "internal_server_error", "Something went wrong; the server's log says what.");
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

    private void answer(Exception thrown, Context ctx) {
        boolean changes = !Set.of(HandlerType.GET, HandlerType.HEAD).contains(ctx.method());
        ApiException e = of(thrown, route(ctx), changes);
        Duration retryAfter = e.retryAfter();
        if (retryAfter != null) {
            ctx.header("Retry-After", Times.seconds(retryAfter));
        }
        if (e.status() == 401) {
            ctx.header("WWW-Authenticate", "Bearer");
        }
        ctx.status(e.status()).contentType(JSON).result(e.toJson().toString());
    }

    private void answer(HttpServletResponse response, Error thrown) {
        ApiException e = of(thrown, "a request", true);
        response.setStatus(e.status());
        response.setContentType(JSON);
        try {
            response.getOutputStream().write(Bytes.utf8(e.toJson().toString()).toByteArray());
        } catch (IOException gone) {
            log.debug("nobody waits for the answer", gone);
        }
    }
}
