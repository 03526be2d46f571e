// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

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
import java.util.List;
import java.util.function.Consumer;

/** Takes what the plugin brings. */
final class FakeContext implements PluginContext {
    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    final FakeTokens tokens = new FakeTokens();
    final FakeSubscriptions subscriptions = new FakeSubscriptions();
    final List<SendInterceptor> interceptors = new ArrayList<>();
    final List<HttpEndpoint> endpoints = new ArrayList<>();

    @Override
    public PluginContext interceptor(SendInterceptor interceptor) {
        interceptors.add(interceptor);
        return this;
    }

    @Override
    public PluginContext onStart(Consumer<RunningMailer> started) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PluginContext endpoint(HttpEndpoint endpoint) {
        endpoints.add(endpoint);
        return this;
    }

    @Override
    public TokenSigner tokens() {
        return tokens;
    }

    @Override
    public Subscriptions subscriptions() {
        return subscriptions;
    }

    @Override
    public InstantSource clock() {
        return InstantSource.fixed(NOW);
    }

    @Override
    public PluginContext transportFactory(TransportFactory factory) {
        throw unexpected();
    }

    @Override
    public PluginContext transform(EntityTransform transform) {
        throw unexpected();
    }

    @Override
    public PluginContext signer(MessageSigner signer) {
        throw unexpected();
    }

    @Override
    public PluginContext templateEngine(TemplateEngine engine) {
        throw unexpected();
    }

    @Override
    public PluginContext rateLimiter(RateLimiter limiter) {
        throw unexpected();
    }

    @Override
    public PluginContext router(Router router) {
        throw unexpected();
    }

    @Override
    public PluginContext listener(MailListener listener) {
        throw unexpected();
    }

    @Override
    public PluginContext eventSink(EventSink sink) {
        throw unexpected();
    }

    @Override
    public DeliveryReports deliveryReports() {
        throw unexpected();
    }

    @Override
    public SecretSource secrets() {
        throw unexpected();
    }

    private static UnsupportedOperationException unexpected() {
        return new UnsupportedOperationException("the plugin has no use for this");
    }
}
