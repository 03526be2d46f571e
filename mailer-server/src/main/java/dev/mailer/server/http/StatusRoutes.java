// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.core.MailerEngine;
import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Health, metrics, the contract, and a first page that says where everything is. */
final class StatusRoutes {
    private final MailerEngine engine;
    private final PrometheusMeterRegistry meters;

    StatusRoutes(MailerEngine engine, PrometheusMeterRegistry meters) {
        this.engine = engine;
        this.meters = meters;
    }

    /** Readiness; {@code problem} says why the server is not ready. */
    record Readiness(
            String status,
            boolean accepting,
            boolean sending,
            @Nullable String problem,
            long oldestReadySeconds,
            List<String> openCircuits) {}

    void addTo(Routes routes) {
        routes.get("/", Access.OPEN, this::index);
        routes.get(
                "/health/live",
                Access.OPEN,
                ctx -> ctx.result("{\"status\":\"up\"}").contentType("application/json"));
        routes.get("/health/ready", Access.OPEN, this::ready);
        routes.get(
                "/metrics",
                Access.LOCAL_OR_KEY,
                ctx -> ctx.contentType("text/plain; version=0.0.4; charset=utf-8")
                        .result(meters.scrape()));
        routes.get(
                "/openapi.yaml",
                Access.OPEN,
                ctx -> ctx.contentType("application/yaml; charset=utf-8").result(resource("openapi.yaml")));
    }

    private void ready(Context ctx) {
        MailerEngine.Health health = engine.health();
        boolean ready = health.accepting() && health.sending();
        ctx.status(ready ? 200 : 503)
                .json(new Readiness(
                        ready ? "up" : "down",
                        health.accepting(),
                        health.sending(),
                        health.problem(),
                        health.oldestReady().toSeconds(),
                        health.openCircuits()));
    }

    private void index(Context ctx) {
        boolean mailbox = engine.endpoints().stream().anyMatch(e -> e.path().equals(MountedEndpoints.MAILBOX));
        String page = resource("index.html")
                .replace("<!--mailbox-->", mailbox ? "<li><a href=\"/mailbox\">Mailbox</a>: what was sent</li>" : "");
        ctx.contentType("text/html; charset=utf-8").result(page);
    }

    private static String resource(String name) {
        try (InputStream in = StatusRoutes.class.getResourceAsStream("/dev/mailer/server/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
