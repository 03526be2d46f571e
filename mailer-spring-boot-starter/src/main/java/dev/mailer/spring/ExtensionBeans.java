// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.spi.EntityTransform;
import dev.mailer.api.spi.EventSink;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.MessageSigner;
import dev.mailer.api.spi.PluginContext;
import dev.mailer.api.spi.RateLimiter;
import dev.mailer.api.spi.Router;
import dev.mailer.api.spi.SendInterceptor;
import dev.mailer.api.spi.TemplateEngine;
import dev.mailer.api.spi.TransportFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The extensions that the application has as beans, as one plugin: of a kind that there can be several of all, in their order. They are
 * looked up at once, by the thread that makes beans.
 */
final class ExtensionBeans implements MailerPlugin {
    private final List<Consumer<PluginContext>> found = new ArrayList<>();

    ExtensionBeans(ListableBeanFactory beans) {
        all(beans.getBeanProvider(TransportFactory.class), PluginContext::transportFactory);
        all(beans.getBeanProvider(SendInterceptor.class), PluginContext::interceptor);
        all(beans.getBeanProvider(EntityTransform.class), PluginContext::transform);
        all(beans.getBeanProvider(EventSink.class), PluginContext::eventSink);
        all(beans.getBeanProvider(HttpEndpoint.class), PluginContext::endpoint);
        one(beans.getBeanProvider(MessageSigner.class), PluginContext::signer);
        one(beans.getBeanProvider(TemplateEngine.class), PluginContext::templateEngine);
        one(beans.getBeanProvider(RateLimiter.class), PluginContext::rateLimiter);
        one(beans.getBeanProvider(Router.class), PluginContext::router);
    }

    private <T> void all(ObjectProvider<T> beans, BiConsumer<PluginContext, T> setting) {
        beans.orderedStream().forEach(bean -> found.add(context -> setting.accept(context, bean)));
    }

    private <T> void one(ObjectProvider<T> beans, BiConsumer<PluginContext, T> setting) {
        beans.ifAvailable(bean -> found.add(context -> setting.accept(context, bean)));
    }

    @Override
    public String name() {
        return "beans";
    }

    @Override
    public void configure(PluginContext context) {
        found.forEach(setting -> setting.accept(context));
    }
}
