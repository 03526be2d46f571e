// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.core.MailerEngine;
import dev.mailer.spring.webflux.FluxEndpointForms;
import dev.mailer.spring.webflux.FluxEndpointHandler;
import dev.mailer.spring.webflux.FluxEndpointMapping;
import java.util.function.Predicate;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.server.WebHandler;

/** Mounts what plugins serve in Spring WebFlux. */
@AutoConfiguration(after = MailerAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass({DispatcherHandler.class, WebHandler.class})
@ConditionalOnBean(MailerEngine.class)
public final class MailerWebFluxAutoConfiguration {
    /** Called by Spring. */
    MailerWebFluxAutoConfiguration() {}

    @Bean(MailerWebAutoConfiguration.MAPPING)
    FluxEndpointMapping mailerEndpointMapping(
            ObjectProvider<MailerEngine> mailer, MailerProperties properties, Environment environment) {
        MountedEndpoints endpoints = new MountedEndpoints(mailer, properties, environment);
        return new FluxEndpointMapping(
                () -> endpoints.handlers(MailerWebFluxAutoConfiguration::handler), MountedEndpoints.ORDER);
    }

    @Bean
    FluxEndpointForms mailerEndpointForms(ObjectProvider<FluxEndpointMapping> mapping) {
        return new FluxEndpointForms(exchange -> mapping.stream().anyMatch(endpoints -> endpoints.isFor(exchange)));
    }

    private static FluxEndpointHandler handler(HttpEndpoint endpoint, MountedEndpoints.Guests guests) {
        Predicate<ServerHttpRequest> allowed = switch (guests) {
            case ALL -> request -> true;
            case LOCAL ->
                request -> HttpEndpoint.isFromThisMachine(
                        FluxEndpointHandler.remoteAddress(request),
                        name -> request.getHeaders().getFirst(name));
            case NONE -> request -> false;
        };
        return new FluxEndpointHandler(endpoint, allowed);
    }
}
