// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.servlet.EndpointServlet;
import dev.mailer.spring.web.EndpointForms;
import dev.mailer.spring.web.EndpointHandler;
import dev.mailer.spring.web.EndpointMapping;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.function.Predicate;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.DispatcherServlet;

/** Mounts what plugins serve, the development mailbox first of all, in Spring MVC. */
@AutoConfiguration(after = MailerAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({DispatcherServlet.class, HttpRequestHandler.class, HttpServletRequest.class})
@ConditionalOnBean(MailerEngine.class)
public final class MailerWebAutoConfiguration {
    /** The name of the bean that serves the endpoints, in WebFlux too. */
    static final String MAPPING = "mailerEndpointMapping";

    /** Called by Spring. */
    MailerWebAutoConfiguration() {}

    @Bean(MAPPING)
    EndpointMapping mailerEndpointMapping(
            ObjectProvider<MailerEngine> mailer, MailerProperties properties, Environment environment) {
        MountedEndpoints endpoints = new MountedEndpoints(mailer, properties, environment);
        return new EndpointMapping(
                () -> endpoints.handlers(MailerWebAutoConfiguration::handler), MountedEndpoints.ORDER);
    }

    @Bean
    FilterRegistrationBean<EndpointForms> mailerEndpointForms(ObjectProvider<EndpointMapping> mapping) {
        FilterRegistrationBean<EndpointForms> forms = new FilterRegistrationBean<>(
                new EndpointForms(request -> mapping.stream().anyMatch(endpoints -> endpoints.isFor(request))));
        forms.setOrder(Ordered.HIGHEST_PRECEDENCE);
        forms.setDispatcherTypes(DispatcherType.REQUEST);
        return forms;
    }

    private static EndpointHandler handler(HttpEndpoint endpoint, MountedEndpoints.Guests guests) {
        Predicate<HttpServletRequest> allowed = switch (guests) {
            case ALL -> request -> true;
            case LOCAL -> EndpointServlet::isFromThisMachine;
            case NONE -> request -> false;
        };
        return new EndpointHandler(endpoint, allowed);
    }
}
