// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;

/** Where a plugin registers what it brings. Valid only during {@link MailerPlugin#configure}. */
public interface PluginContext {
    /** Adds a transport factory; it wins over one of the same scheme that was found on the class path. */
    PluginContext transportFactory(TransportFactory factory);

    /** Adds an interceptor behind those already there. */
    PluginContext interceptor(SendInterceptor interceptor);

    /** Adds a transform of the composed content behind those already there. */
    PluginContext transform(EntityTransform transform);

    /** Sets the one signer. */
    PluginContext signer(MessageSigner signer);

    /** Sets the one template engine. */
    PluginContext templateEngine(TemplateEngine engine);

    /** Sets the one rate limiter. */
    PluginContext rateLimiter(RateLimiter limiter);

    /** Sets the one router. */
    PluginContext router(Router router);

    /** Adds a listener. */
    PluginContext listener(MailListener listener);

    /** Adds one that gets events at least once, from its stored cursor on: {@link EventSink#listener}. */
    default PluginContext listener(String name, MailListener listener) {
        return eventSink(EventSink.listener(name, listener));
    }

    /** Adds a sink; its name must be free. */
    PluginContext eventSink(EventSink sink);

    /**
     * Has something done once the mailer runs, before its first event is fed; not in one that is paused. On the building thread, which it must
     * not keep waiting.
     */
    PluginContext onStart(Consumer<RunningMailer> started);

    /** Adds an endpoint for whoever mounts them. */
    PluginContext endpoint(HttpEndpoint endpoint);

    /** The engine's report entry, usable once the mailer runs. */
    DeliveryReports deliveryReports();

    /** Makes the tokens of links, usable once the mailer runs. */
    TokenSigner tokens();

    /** What recipients decide about their mail, usable once the mailer runs. */
    Subscriptions subscriptions();

    InstantSource clock();

    /**
     * Adds one to a meter that only grows, at any time; by default nobody looks. Any thread may, and it does not block.
     *
     * @param meter such as {@code mailer.tracking.dropped}
     * @param tags the same ones each time, with few values each; no address of a person may be among them
     */
    default void count(String meter, Map<String, String> tags) {}

    SecretSource secrets();
}
