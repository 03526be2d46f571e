// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

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
import org.springframework.beans.factory.ListableBeanFactory;

/** The extensions that the application has as beans, as one plugin: of a kind that there can be several of all, in their order. */
final class ExtensionBeans implements MailerPlugin {
    private final ListableBeanFactory beans;

    ExtensionBeans(ListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public String name() {
        return "beans";
    }

    @Override
    public void configure(PluginContext context) {
        beans.getBeanProvider(TransportFactory.class).orderedStream().forEach(context::transportFactory);
        beans.getBeanProvider(SendInterceptor.class).orderedStream().forEach(context::interceptor);
        beans.getBeanProvider(EventSink.class).orderedStream().forEach(context::eventSink);
        beans.getBeanProvider(HttpEndpoint.class).orderedStream().forEach(context::endpoint);
        beans.getBeanProvider(MessageSigner.class).ifAvailable(context::signer);
        beans.getBeanProvider(TemplateEngine.class).ifAvailable(context::templateEngine);
        beans.getBeanProvider(RateLimiter.class).ifAvailable(context::rateLimiter);
        beans.getBeanProvider(Router.class).ifAvailable(context::router);
    }
}
