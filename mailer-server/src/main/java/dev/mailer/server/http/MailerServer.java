// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.core.MailerEngine;
import dev.mailer.core.servlet.ServletExchange;
import dev.mailer.server.config.Settings;
import dev.mailer.server.home.ApiKeys;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.json.JavalinJackson3;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.handler.GracefulHandler;

/** The HTTP side of one engine, running from {@link #start} to {@link #close}; the engine is the caller's to close, later. */
public final class MailerServer implements AutoCloseable {
    /** On every answer, unless the answer has others of that name. */
    static final Map<String, String> HEADERS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Cache-Control", "no-store",
            "X-Frame-Options", "DENY",
            "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");

    private static final Duration IDLE = Duration.ofSeconds(65);
    /** Connections that only wait for a next request do not hold up the end. */
    private static final Duration IDLE_AT_END = Duration.ofMillis(250);

    private final Settings.Server settings;
    private final Javalin javalin;
    private final FeedApi feed;
    private final List<String> routes;

    private MailerServer(Settings.Server settings, Javalin javalin, FeedApi feed, List<String> routes) {
        this.settings = settings;
        this.javalin = javalin;
        this.feed = feed;
        this.routes = routes;
    }

    /** Starts to answer; the port may be 0 for a free one. */
    public static MailerServer start(
            Settings.Server settings, MailerEngine engine, ApiKeys keys, PrometheusMeterRegistry meters) {
        Bodies bodies = new Bodies(settings.bodySize(), Runtime.getRuntime().maxMemory() / 8);
        List<String> added = new ArrayList<>();
        FeedApi feed = new FeedApi(engine);
        RequestMeters answers = new RequestMeters(meters);
        Errors errors = new Errors();
        Javalin javalin = Javalin.create(config -> {
            config.jetty.modifyServer(
                    server -> server.insertHandler(new QuickEndpoints(engine.endpoints(), errors, answers)));
            configure(config, settings);
            AtomicReference<Executor> threads = new AtomicReference<>(Runnable::run);
            config.jetty.modifyServer(server -> threads.set(server.getContext()));
            Routes routes = new Routes(config.routes, new Guard(keys, settings));
            // first, as every route before the one that is asked for is looked at, and recipients ask most
            new MountedEndpoints(
                            engine.endpoints(),
                            Math.min(settings.bodySize(), ServletExchange.MAX_BODY),
                            Runtime.getRuntime().maxMemory() / 32,
                            work -> Objects.requireNonNull(threads.get()).execute(work))
                    .addTo(routes);
            new EmailRoutes(new EmailApi(engine), bodies).addTo(routes);
            new QueueRoutes(new QueueApi(engine), bodies).addTo(routes);
            new SiteRoutes(new SiteApi(engine)).addTo(routes);
            new PersonalDataRoutes(new PersonalDataApi(engine), bodies).addTo(routes);
            new SuppressionRoutes(new SuppressionApi(engine, InstantSource.system()), bodies).addTo(routes);
            new WebhookRoutes(new TenantWebhooks(engine), bodies).addTo(routes);
            new FeedRoutes(feed, new TokenKeyApi(engine), new TrackingApi(engine, InstantSource.system()), bodies)
                    .addTo(routes);
            new StatusRoutes(engine, meters).addTo(routes);
            errors.addTo(config);
            config.routes.before(ctx -> HEADERS.forEach(ctx::header));
            config.requestLogger.http((ctx, millis) ->
                    answers.record(ctx.method().name(), Routes.pattern(ctx), ctx.statusCode(), Duration.ofNanos((long)
                            (millis * 1_000_000))));
            added.addAll(routes.all());
        });
        javalin.start();
        for (Connector connector : javalin.jettyServer().server().getConnectors()) {
            if (connector instanceof AbstractConnector c) {
                // Not by the HTTP configuration: at the end of a request that would undo what the end of the server
                // set.
                c.setIdleTimeout(IDLE.toMillis());
                c.setShutdownIdleTimeout(IDLE_AT_END.toMillis());
            }
        }
        return new MailerServer(settings, javalin, feed, List.copyOf(added));
    }

    public int port() {
        return javalin.port();
    }

    /** Where it answers, for somebody on this machine. */
    public URI localUrl() {
        String host = switch (settings.host()) {
            case "0.0.0.0", "::", "[::]" -> "127.0.0.1";
            case "::1" -> "[::1]";
            default -> settings.host();
        };
        return URI.create("http://" + host + ":" + port());
    }

    /** Every route of the contract, as {@code GET /v1/emails/{id}}. */
    List<String> routes() {
        return routes;
    }

    /** Takes no further request, lets those under way end within the configured time, and frees the port. */
    @Override
    public void close() {
        feed.close();
        javalin.stop();
    }

    private static void configure(JavalinConfig config, Settings.Server settings) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.jsonMapper(new JavalinJackson3(Json.MAPPER, false));
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = settings.bodySize();
        config.http.defaultContentType = "application/json";
        config.jetty.host = settings.host();
        config.jetty.port = settings.port();
        config.jetty.modifyServer(server -> {
            server.insertHandler(new GracefulHandler());
            server.setStopTimeout(settings.shutdown().toMillis());
        });
        config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
    }
}
