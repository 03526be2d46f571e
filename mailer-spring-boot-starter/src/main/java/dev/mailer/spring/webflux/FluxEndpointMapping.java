// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.webflux;

import java.util.Map;
import java.util.function.Supplier;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.server.ServerWebExchange;

/** The endpoints of plugins, which are known once the mailer is open: looked up when all other beans are there. */
public final class FluxEndpointMapping extends SimpleUrlHandlerMapping implements SmartInitializingSingleton {
    private final Supplier<Map<String, FluxEndpointHandler>> handlers;

    /** @param handlers by path */
    public FluxEndpointMapping(Supplier<Map<String, FluxEndpointHandler>> handlers, int order) {
        this.handlers = handlers;
        setOrder(order);
    }

    @Override
    public void afterSingletonsInstantiated() {
        setUrlMap(handlers.get());
        registerHandlers(Map.copyOf(getUrlMap()));
    }

    /** True for an exchange that one of the handlers is for. */
    public boolean isFor(ServerWebExchange exchange) {
        String path = exchange.getRequest().getPath().pathWithinApplication().value();
        return getUrlMap().keySet().stream()
                .anyMatch(p -> path.equals(p) || p.endsWith("/**") && path.startsWith(p.substring(0, p.length() - 2)));
    }
}
