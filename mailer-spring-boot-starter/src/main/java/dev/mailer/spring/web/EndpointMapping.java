// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.web;

import java.util.Map;
import java.util.function.Supplier;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/** The endpoints of plugins, which are known once the mailer is open: looked up when all other beans are there. */
public final class EndpointMapping extends SimpleUrlHandlerMapping implements SmartInitializingSingleton {
    private final Supplier<Map<String, EndpointHandler>> handlers;

    /** @param handlers by path */
    public EndpointMapping(Supplier<Map<String, EndpointHandler>> handlers, int order) {
        this.handlers = handlers;
        setOrder(order);
    }

    @Override
    public void afterSingletonsInstantiated() {
        setUrlMap(handlers.get());
        registerHandlers(Map.copyOf(getUrlMap()));
    }
}
