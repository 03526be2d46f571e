// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.core.MailerEngine;
import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Health, metrics, the contract, and a first page that says where everything is. */
final class StatusRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(StatusRoutes.class);

    private final MailerEngine engine;
    private final PrometheusMeterRegistry meters;
    /** As the engine puts it, which is for the log; empty for none. */
    private volatile String lastProblem = "";

    StatusRoutes(MailerEngine engine, PrometheusMeterRegistry meters) {
        this.engine = engine;
        this.meters = meters;
    }

    /**
     * Readiness, for whoever asks: without what a database says and without names of hosts.
     *
     * @param problem why the server is not ready, or what is about to go wrong; null when all is well
     * @param openCircuits how many transports rest because they failed
     * @param plugins numbers of how it goes with plugins, which do not count for being ready
     */
    record Readiness(
            String status,
            boolean accepting,
            boolean sending,
            @Nullable String problem,
            long oldestReadySeconds,
            int openCircuits,
            Map<String, Map<String, Long>> plugins) {
        static Readiness of(MailerEngine.Health health) {
            return new Readiness(
                    health.accepting() && health.sending() ? "up" : "down",
                    health.accepting(),
                    health.sending(),
                    problem(health),
                    health.oldestReady().toSeconds(),
                    health.openCircuits().size(),
                    plugins(health.plugins()));
        }

        private static Map<String, Map<String, Long>> plugins(Map<String, Map<String, Long>> all) {
            Map<String, Map<String, Long>> shown = new TreeMap<>();
            all.forEach((plugin, numbers) -> {
                Map<String, Long> renamed = new TreeMap<>();
                numbers.forEach((name, number) -> renamed.put(words(name), number));
                shown.put(plugin, renamed);
            });
            return shown;
        }

        /** As the names of the other fields are written. */
        private static String words(String camelCase) {
            return camelCase.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
        }

        private static @Nullable String problem(MailerEngine.Health health) {
            if (!health.accepting()) {
                return "the store takes no mail, or the server is ending; the log says why";
            }
            if (!health.openCircuits().isEmpty()) {
                return health.sending()
                        ? "some transports rest because they failed; the log names them"
                        : "nothing is sent, every transport rests because it failed; the log names them";
            }
            return health.sending() ? null : "nothing is sent by this process; the log says why";
        }
    }

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
        String problem = health.problem() == null ? "" : health.problem();
        if (!problem.equals(lastProblem)) {
            lastProblem = problem;
            if (problem.isEmpty()) {
                LOG.info("health: all is well again");
            } else {
                LOG.warn("health: {}", problem);
            }
        }
        Readiness readiness = Readiness.of(health);
        ctx.status(readiness.status().equals("up") ? 200 : 503).json(readiness);
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
