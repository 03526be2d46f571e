// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.webflux;

import java.util.Map;
import java.util.function.Supplier;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;

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
}
