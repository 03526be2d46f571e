// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Adds routes, each with its guard and the headers that every answer has, and remembers them for the contract's test. */
final class Routes {
    private static final String PATTERN = "mailer.route";

    private final RoutesConfig config;
    private final Guard guard;
    private final List<String> all = new ArrayList<>();

    Routes(RoutesConfig config, Guard guard) {
        this.config = config;
        this.guard = guard;
    }

    void get(String path, Access access, Handler handler) {
        all.add("GET " + path);
        add(HandlerType.GET, path, access, handler);
    }

    void post(String path, Access access, Handler handler) {
        all.add("POST " + path);
        add(HandlerType.POST, path, access, handler);
    }

    void patch(String path, Access access, Handler handler) {
        all.add("PATCH " + path);
        add(HandlerType.PATCH, path, access, handler);
    }

    void delete(String path, Access access, Handler handler) {
        all.add("DELETE " + path);
        add(HandlerType.DELETE, path, access, handler);
    }

    /** Every usual method at a path; belongs to a plugin and not to the contract. */
    void any(String path, Access access, Handler handler) {
        for (HandlerType method : HandlerType.commonHttp()) {
            add(method, path, access, handler);
        }
    }

    /** The contract's routes, as {@code GET /v1/emails/{id}}. */
    List<String> all() {
        return List.copyOf(all);
    }

    /** The pattern that answered; null when none did. */
    static @Nullable String pattern(Context ctx) {
        return ctx.attribute(PATTERN);
    }

    private void add(HandlerType method, String path, Access access, Handler handler) {
        config.addHttpHandler(method, path, ctx -> {
            ctx.attribute(PATTERN, path);
            try {
                guard.require(access, ctx);
                handler.handle(ctx);
            } finally {
                MDC.clear();
            }
        });
    }
}
