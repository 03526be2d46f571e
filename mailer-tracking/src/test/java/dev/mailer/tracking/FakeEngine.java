// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.Secret;
import dev.mailer.api.spi.DeliveryReports;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.api.spi.EventSink;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.api.spi.MailListener;
import dev.mailer.api.spi.MessageSigner;
import dev.mailer.api.spi.PluginContext;
import dev.mailer.api.spi.RateLimiter;
import dev.mailer.api.spi.Router;
import dev.mailer.api.spi.RunningMailer;
import dev.mailer.api.spi.SecretSource;
import dev.mailer.api.spi.SendInterceptor;
import dev.mailer.api.spi.Subscriptions;
import dev.mailer.api.spi.TemplateEngine;
import dev.mailer.api.spi.TokenSigner;
import dev.mailer.api.spi.TransportFactory;
import dev.mailer.api.spi.WebhookStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a mailer lends the plugin: takes its parts, remembers reports and counts, and answers reports as told. */
public final class FakeEngine implements PluginContext, DeliveryReports {
    final List<Report> reports = Collections.synchronizedList(new ArrayList<>());
    private final List<Consumer<RunningMailer>> starts = new ArrayList<>();
    final List<String> counts = Collections.synchronizedList(new ArrayList<>());
    public volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");
    volatile Function<Report, CompletableFuture<Result>> store =
            report -> CompletableFuture.completedFuture(Result.APPLIED);

    public final FakeTokens tokens = new FakeTokens();
    public final List<SendInterceptor> interceptors = new ArrayList<>();
    public final List<HttpEndpoint> endpoints = new ArrayList<>();
    private final @Nullable Subscriptions subscriptions;

    FakeEngine() {
        this(null);
    }

    /** @param subscriptions null for a plugin that has no use for them */
    public FakeEngine(@Nullable Subscriptions subscriptions) {
        this.subscriptions = subscriptions;
    }

    static FakeEngine with(TrackingPlugin plugin) {
        FakeEngine engine = new FakeEngine();
        plugin.configure(engine);
        return engine;
    }

    public void edit(FakeDraft draft) {
        interceptors.forEach(interceptor -> interceptor.edit(draft));
    }

    HttpEndpoint.Response get(String path) {
        return ask(new Asking("GET", path));
    }

    HttpEndpoint.Response ask(Asking asking) {
        return endpoints.get(0).handle(asking.request());
    }

    /** The detail of the newest report. */
    Map<String, String> last() {
        return reports.get(reports.size() - 1).detail();
    }

    @Override
    public PluginContext interceptor(SendInterceptor i) {
        interceptors.add(i);
        return this;
    }

    @Override
    public PluginContext endpoint(HttpEndpoint e) {
        endpoints.add(e);
        return this;
    }

    @Override
    public DeliveryReports deliveryReports() {
        return this;
    }

    @Override
    public TokenSigner tokens() {
        return tokens;
    }

    @Override
    public InstantSource clock() {
        return () -> now;
    }

    @Override
    public void count(String meter, Map<String, String> tags) {
        counts.add(meter + new TreeMap<>(tags));
    }

    @Override
    public Result report(Report report) {
        return submit(report).join();
    }

    @Override
    public CompletableFuture<Result> submit(Report report) {
        CompletableFuture<Result> result = store.apply(report);
        reports.add(report);
        return result;
    }

    @Override
    public SecretSource secrets() {
        return name -> Secret.of("none");
    }

    @Override
    public Subscriptions subscriptions() {
        return Objects.requireNonNull(subscriptions, "the plugin has no use for this");
    }

    @Override
    public PluginContext transportFactory(TransportFactory factory) {
        return this;
    }

    @Override
    public PluginContext transform(EntityTransform transform) {
        return this;
    }

    @Override
    public PluginContext signer(MessageSigner signer) {
        return this;
    }

    @Override
    public PluginContext templateEngine(TemplateEngine engine) {
        return this;
    }

    @Override
    public PluginContext rateLimiter(RateLimiter limiter) {
        return this;
    }

    @Override
    public PluginContext router(Router router) {
        return this;
    }

    @Override
    public PluginContext onStart(Consumer<RunningMailer> started) {
        starts.add(started);
        return this;
    }

    /** Begins to run with these events. */
    void start(EventStore events) {
        RunningMailer running = new RunningMailer() {
            @Override
            public EventStore events() {
                return events;
            }

            @Override
            public WebhookStore webhooks() {
                throw new UnsupportedOperationException();
            }
        };
        starts.forEach(s -> s.accept(running));
    }

    @Override
    public PluginContext listener(MailListener listener) {
        return this;
    }

    @Override
    public PluginContext eventSink(EventSink sink) {
        return this;
    }
}
