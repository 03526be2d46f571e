// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.core.MailerEngine;
import dev.mailer.spring.web.EndpointHandler;
import dev.mailer.spring.web.EndpointMapping;
import dev.mailer.spring.web.ThisMachine;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.DispatcherServlet;

/** Mounts what plugins serve, the development mailbox first of all, in Spring MVC. */
@AutoConfiguration(after = MailerAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({DispatcherServlet.class, HttpRequestHandler.class, HttpServletRequest.class})
@ConditionalOnBean(MailerEngine.class)
public final class MailerWebAutoConfiguration {
    /** The name of the bean that serves the endpoints. */
    static final String MAPPING = "mailerEndpointMapping";

    /** Before controllers, whose patterns may take everything. */
    private static final int ORDER = -1;

    /** Called by Spring. */
    MailerWebAutoConfiguration() {}

    @Bean(MAPPING)
    EndpointMapping mailerEndpointMapping(
            ObjectProvider<MailerEngine> mailer, MailerProperties properties, Environment environment) {
        return new EndpointMapping(() -> handlers(mailer, properties, environment), ORDER);
    }

    private static Map<String, EndpointHandler> handlers(
            ObjectProvider<MailerEngine> mailer, MailerProperties properties, Environment environment) {
        Map<String, EndpointHandler> handlers = new LinkedHashMap<>();
        MailerEngine engine = mailer.getIfAvailable();
        // a test may have a mock in its place, which serves nothing
        for (HttpEndpoint endpoint : engine == null ? List.<HttpEndpoint>of() : engine.endpoints()) {
            boolean guarded =
                    endpoint.forDevelopers() && !properties.getMailbox().open();
            EndpointHandler handler =
                    new EndpointHandler(endpoint, guarded ? developers(environment) : request -> true);
            handlers.put(endpoint.path(), handler);
            handlers.put(endpoint.path() + "/**", handler);
        }
        return handlers;
    }

    /**
     * Nobody where the server believes what a proxy says about the peer, for then everybody could say it; else who is on this machine.
     */
    private static Predicate<HttpServletRequest> developers(Environment environment) {
        String strategy = environment.getProperty("server.forward-headers-strategy");
        CloudPlatform cloud = CloudPlatform.getActive(environment);
        boolean proxied =
                strategy == null ? cloud != null && cloud.isUsingForwardHeaders() : !strategy.equalsIgnoreCase("none");
        return proxied ? request -> false : new ThisMachine();
    }
}
