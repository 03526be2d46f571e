// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

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

    /** True for a request that one of the handlers is for. */
    public boolean isFor(HttpServletRequest request) {
        String path =
                ServletRequestPathUtils.parse(request).pathWithinApplication().value();
        return getUrlMap().keySet().stream()
                .anyMatch(p -> path.equals(p) || p.endsWith("/**") && path.startsWith(p.substring(0, p.length() - 2)));
    }
}
