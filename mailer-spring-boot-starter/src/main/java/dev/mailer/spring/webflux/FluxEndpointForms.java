// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.webflux;

import java.util.function.Predicate;
import org.springframework.core.Ordered;
import org.springframework.http.codec.multipart.Part;
import org.springframework.util.CollectionUtils;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Leaves the forms that are posted to endpoints to them. Filters that look for a field would read the body before, and some mail programs write
 * multipart forms that only the endpoint can read. To all others such an exchange has neither form data nor parts.
 */
public final class FluxEndpointForms implements WebFilter, Ordered {
    private final Predicate<ServerWebExchange> toEndpoint;

    /** @param toEndpoint which exchanges those are */
    public FluxEndpointForms(Predicate<ServerWebExchange> toEndpoint) {
        this.toEndpoint = toEndpoint;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return chain.filter(toEndpoint.test(exchange) ? new Unread(exchange) : exchange);
    }

    private static final class Unread extends ServerWebExchangeDecorator {
        Unread(ServerWebExchange exchange) {
            super(exchange);
        }

        @Override
        public Mono<MultiValueMap<String, String>> getFormData() {
            return Mono.just(CollectionUtils.unmodifiableMultiValueMap(new LinkedMultiValueMap<>()));
        }

        @Override
        public Mono<MultiValueMap<String, Part>> getMultipartData() {
            return Mono.just(CollectionUtils.unmodifiableMultiValueMap(new LinkedMultiValueMap<>()));
        }
    }
}
