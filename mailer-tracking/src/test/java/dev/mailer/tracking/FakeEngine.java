// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.Secret;
import dev.mailer.api.spi.DeliveryReports;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.api.spi.EventSink;
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
final class FakeEngine implements PluginContext, DeliveryReports {
    final List<Report> reports = Collections.synchronizedList(new ArrayList<>());
    final List<String> counts = Collections.synchronizedList(new ArrayList<>());
    volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");
    volatile Function<Report, CompletableFuture<Result>> store =
            report -> CompletableFuture.completedFuture(Result.APPLIED);

    @Nullable
    SendInterceptor interceptor;

    @Nullable
    HttpEndpoint endpoint;

    static FakeEngine with(TrackingPlugin plugin) {
        FakeEngine engine = new FakeEngine();
        plugin.configure(engine);
        return engine;
    }

    void edit(FakeDraft draft) {
        Objects.requireNonNull(interceptor).edit(draft);
    }

    HttpEndpoint.Response get(String path) {
        return ask(new Asking("GET", path));
    }

    HttpEndpoint.Response ask(Asking asking) {
        return Objects.requireNonNull(endpoint).handle(asking.request());
    }

    /** The detail of the newest report. */
    Map<String, String> last() {
        return reports.get(reports.size() - 1).detail();
    }

    @Override
    public PluginContext interceptor(SendInterceptor i) {
        interceptor = i;
        return this;
    }

    @Override
    public PluginContext endpoint(HttpEndpoint e) {
        endpoint = e;
        return this;
    }

    @Override
    public DeliveryReports deliveryReports() {
        return this;
    }

    @Override
    public TokenSigner tokens() {
        return new FakeTokens();
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
        throw new UnsupportedOperationException();
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
        return this;
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
