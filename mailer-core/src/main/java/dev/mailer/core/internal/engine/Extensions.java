// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.PluginException;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.api.spi.EventSink;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.api.spi.MailListener;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.MessageSigner;
import dev.mailer.api.spi.PluginContext;
import dev.mailer.api.spi.RateLimiter;
import dev.mailer.api.spi.Router;
import dev.mailer.api.spi.RunningMailer;
import dev.mailer.api.spi.SecretSource;
import dev.mailer.api.spi.SendInterceptor;
import dev.mailer.api.spi.TemplateEngine;
import dev.mailer.api.spi.TransportFactory;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collects what plugins register. Used by one thread while the mailer is built, then only read. */
public final class Extensions implements PluginContext {
    private final InstantSource clock;
    private final SecretSource secrets;
    private final BiConsumer<String, Map<String, String>> counter;
    private final LateReports reports = new LateReports();
    private final LateTokens tokens = new LateTokens();
    private final LateSubscriptions subscriptions = new LateSubscriptions();
    private final List<TransportFactory> factories = new ArrayList<>();
    private final List<SendInterceptor> interceptors = new ArrayList<>();
    private final List<EntityTransform> transforms = new ArrayList<>();
    private final List<MailListener> listeners = new ArrayList<>();
    private final List<EventSink> sinks = new ArrayList<>();
    private final List<HttpEndpoint> endpoints = new ArrayList<>();
    private final List<Consumer<RunningMailer>> starts = new ArrayList<>();
    private String plugin = "";
    private @Nullable MessageSigner signer;
    private @Nullable TemplateEngine templates;
    private @Nullable RateLimiter limiter;
    private @Nullable Router router;

    /** @param counter adds one to a meter with these tags */
    public Extensions(InstantSource clock, SecretSource secrets, BiConsumer<String, Map<String, String>> counter) {
        this.clock = clock;
        this.secrets = secrets;
        this.counter = counter;
    }

    /** Lets a plugin register what it brings. */
    public void configure(MailerPlugin p) {
        plugin = p.name();
        try {
            p.configure(this);
        } catch (RuntimeException e) {
            throw new PluginException(plugin, "configure", String.valueOf(e.getMessage()), e);
        }
    }

    /** The template engine of the builder, unless a plugin has brought one. */
    public void templateEngineUnlessSet(TemplateEngine engine) {
        if (templates == null) {
            templates = engine;
        }
    }

    /** A sink of the builder's own. */
    public void sinkOfBuilder(EventSink sink) {
        if (sinks.stream().anyMatch(s -> s.name().equals(sink.name()))) {
            throw new MailerConfigException("listener", "the name " + sink.name() + " is taken already");
        }
        sinks.add(sink);
    }

    /** True when a plugin has brought a router. */
    public boolean hasRouter() {
        return router != null;
    }

    /** The router of the builder, where no plugin has brought one. */
    public void routerOfStreams(Router r) {
        router = r;
    }

    @Override
    public PluginContext transportFactory(TransportFactory factory) {
        factories.add(factory);
        return this;
    }

    @Override
    public PluginContext interceptor(SendInterceptor interceptor) {
        interceptors.add(interceptor);
        return this;
    }

    @Override
    public PluginContext transform(EntityTransform transform) {
        transforms.add(transform);
        return this;
    }

    @Override
    public PluginContext signer(MessageSigner signer) {
        this.signer = once("signer", this.signer, signer);
        return this;
    }

    @Override
    public PluginContext templateEngine(TemplateEngine engine) {
        this.templates = once("templateEngine", templates, engine);
        return this;
    }

    @Override
    public PluginContext rateLimiter(RateLimiter limiter) {
        this.limiter = once("rateLimiter", this.limiter, limiter);
        return this;
    }

    @Override
    public PluginContext router(Router router) {
        this.router = once("router", this.router, router);
        return this;
    }

    @Override
    public PluginContext listener(MailListener listener) {
        listeners.add(listener);
        return this;
    }

    @Override
    public PluginContext eventSink(EventSink sink) {
        if (sinks.stream().anyMatch(s -> s.name().equals(sink.name()))) {
            throw new PluginException(plugin, "eventSink", "the name " + sink.name() + " is taken already", null);
        }
        sinks.add(sink);
        return this;
    }

    @Override
    public PluginContext endpoint(HttpEndpoint endpoint) {
        if (endpoints.stream().anyMatch(e -> e.path().equals(endpoint.path()))) {
            throw new PluginException(plugin, "endpoint", "the path " + endpoint.path() + " is taken already", null);
        }
        endpoints.add(endpoint);
        return this;
    }

    @Override
    public PluginContext onStart(Consumer<RunningMailer> started) {
        String owner = plugin;
        starts.add(running -> {
            try {
                started.accept(running);
            } catch (RuntimeException e) {
                throw new PluginException(owner, "onStart", String.valueOf(e.getMessage()), e);
            }
        });
        return this;
    }

    @Override
    public LateReports deliveryReports() {
        return reports;
    }

    @Override
    public LateTokens tokens() {
        return tokens;
    }

    @Override
    public LateSubscriptions subscriptions() {
        return subscriptions;
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public void count(String meter, Map<String, String> tags) {
        counter.accept(meter, tags);
    }

    @Override
    public SecretSource secrets() {
        return secrets;
    }

    public List<TransportFactory> transportFactories() {
        return factories;
    }

    public List<MailListener> listeners() {
        return listeners;
    }

    List<SendInterceptor> interceptors() {
        return interceptors;
    }

    List<EntityTransform> transforms() {
        return transforms;
    }

    List<EventSink> eventSinks() {
        return sinks;
    }

    List<HttpEndpoint> endpoints() {
        return List.copyOf(endpoints);
    }

    void started(RunningMailer running) {
        starts.forEach(start -> start.accept(running));
    }

    @Nullable
    MessageSigner signer() {
        return signer;
    }

    @Nullable
    TemplateEngine templateEngine() {
        return templates;
    }

    RateLimiter rateLimiter() {
        return limiter == null ? RateLimiter.UNLIMITED : limiter;
    }

    Router router() {
        return router == null ? new DefaultRoute() : router;
    }

    private <T> T once(String what, @Nullable T before, T value) {
        if (before != null) {
            throw new PluginException(plugin, what, "another plugin has set one already", null);
        }
        return value;
    }
}
