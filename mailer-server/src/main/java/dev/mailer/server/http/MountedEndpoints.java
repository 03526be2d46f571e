// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint;
import io.javalin.http.Context;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * Mounts what plugins brought; what is for developers is for this machine only. Anybody may ask for the rest, so their bodies have bounds of their
 * own: however many come, and however slowly, there is memory and there are threads for the API.
 */
final class MountedEndpoints {
    /** The dev mailbox shows mail to whoever looks. */
    static final String MAILBOX = "/mailbox";

    /** Most bodies that are read at a time, each by a thread. */
    static final int READING = 32;

    private final List<HttpEndpoint> endpoints;
    private final Bodies bodies;
    private final Executor threads;
    private final Semaphore reading = new Semaphore(READING);

    /**
     * @param maxSize of a body
     * @param maxTogether of all in memory at a time
     * @param threads the server's
     */
    MountedEndpoints(List<HttpEndpoint> endpoints, long maxSize, long maxTogether, Executor threads) {
        this.endpoints = endpoints;
        this.bodies = new Bodies(maxSize, maxTogether);
        this.threads = threads;
    }

    void addTo(Routes routes) {
        for (HttpEndpoint endpoint : endpoints) {
            String path = endpoint.path();
            if (!path.matches("(/[A-Za-z0-9._~-]+)+") || path.equals("/v1") || path.startsWith("/v1/")) {
                throw new IllegalStateException("the endpoint path '" + path + "' cannot be mounted");
            }
            Access access = endpoint.forDevelopers() ? Access.LOCAL : Access.OPEN;
            routes.any(path, access, ctx -> serve(endpoint, ctx));
            routes.any(below(endpoint), access, ctx -> serve(endpoint, ctx));
        }
    }

    /** The pattern of what is below its path. */
    static String below(HttpEndpoint endpoint) {
        return endpoint.path() + "/<below>";
    }

    /** What goes on behind the endpoint's return keeps no thread; its answer is written by one of the server's, and not by the mailer's. */
    private void serve(HttpEndpoint endpoint, Context ctx) {
        CompletableFuture<HttpEndpoint.Response> response = read(endpoint, ctx).toCompletableFuture();
        if (response.isDone()) {
            write(ctx, response.join());
        } else {
            ctx.future(() -> response.thenAcceptAsync(answer -> write(ctx, answer), threads));
        }
    }

    private CompletionStage<HttpEndpoint.Response> read(HttpEndpoint endpoint, Context ctx) {
        if (Bodies.isNone(ctx)) {
            return endpoint.handleAsync(request(endpoint, ctx, new byte[0]));
        }
        if (!reading.tryAcquire()) {
            throw ApiException.unavailable("Too many requests with a body are under way.", Duration.ofSeconds(1));
        }
        try {
            return bodies.with(ctx, body -> endpoint.handleAsync(request(endpoint, ctx, body)));
        } finally {
            reading.release();
        }
    }

    private static void write(Context ctx, HttpEndpoint.Response response) {
        ctx.status(response.status());
        response.headers().forEach((name, value) -> {
            if (name.equalsIgnoreCase("Content-Type")) {
                ctx.contentType(value);
            } else {
                ctx.header(name, value);
            }
        });
        ctx.result(response.body().toByteArray());
    }

    /** What cannot be decoded is left out: programs on the way append things to links. */
    private static Map<String, String> query(Context ctx) {
        Map<String, String> query = new HashMap<>();
        ctx.queryParamMap().forEach((name, values) -> {
            if (!values.isEmpty()) {
                query.put(name, values.get(values.size() - 1));
            }
        });
        return query;
    }

    private static HttpEndpoint.Request request(HttpEndpoint endpoint, Context ctx, byte[] body) {
        Map<String, List<String>> headers = new HashMap<>();
        for (String name : Collections.list(ctx.req().getHeaderNames())) {
            headers.put(
                    name.toLowerCase(Locale.ROOT), Collections.list(ctx.req().getHeaders(name)));
        }
        String below = ctx.req().getRequestURI().substring(endpoint.path().length());
        return new HttpEndpoint.Request(
                ctx.req().getMethod(),
                URLDecoder.decode(below.replace("+", "%2B"), StandardCharsets.UTF_8),
                query(ctx),
                headers,
                Bytes.wrap(body),
                ctx.req().getRemoteAddr());
    }
}
