// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.core.MailerEngine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.core.env.Environment;

/** What of the endpoints of plugins is mounted where, and whom it lets in: the same for every kind of web. */
final class MountedEndpoints {
    /** Before controllers, whose patterns may take everything. */
    static final int ORDER = -1;

    private final ObjectProvider<MailerEngine> mailer;
    private final MailerProperties properties;
    private final Environment environment;

    /** Whom an endpoint lets in. */
    enum Guests {
        ALL,
        /** Who is on this machine. */
        LOCAL,
        /** Nobody: the server believes what a proxy says about the peer, so everybody could say that it is on this machine. */
        NONE
    }

    MountedEndpoints(ObjectProvider<MailerEngine> mailer, MailerProperties properties, Environment environment) {
        this.mailer = mailer;
        this.properties = properties;
        this.environment = environment;
    }

    /** Handlers by pattern of paths. */
    <H> Map<String, H> handlers(BiFunction<HttpEndpoint, Guests, H> handler) {
        Map<String, H> handlers = new LinkedHashMap<>();
        MailerEngine engine = mailer.getIfAvailable();
        // a test may have a mock in its place, which serves nothing
        for (HttpEndpoint endpoint : engine == null ? List.<HttpEndpoint>of() : engine.endpoints()) {
            H h = handler.apply(endpoint, guests(endpoint));
            handlers.put(endpoint.path(), h);
            handlers.put(endpoint.path() + "/**", h);
        }
        return handlers;
    }

    private Guests guests(HttpEndpoint endpoint) {
        if (!endpoint.forDevelopers() || properties.getMailbox().open()) {
            return Guests.ALL;
        }
        String strategy = environment.getProperty("server.forward-headers-strategy");
        CloudPlatform cloud = CloudPlatform.getActive(environment);
        boolean proxied =
                strategy == null ? cloud != null && cloud.isUsingForwardHeaders() : !strategy.equalsIgnoreCase("none");
        return proxied ? Guests.NONE : Guests.LOCAL;
    }
}
