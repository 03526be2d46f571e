// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Router;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the router and finds the transport it names. Thread-safe. */
final class Routes {
    private final Map<String, Outlet> outlets;
    private final Router router;

    Routes(Map<String, Outlet> outlets, Router router) {
        this.outlets = Map.copyOf(outlets);
        this.router = router;
    }

    /** The route; null when the router names a transport that is not configured, or fails. */
    @Nullable
    Route plan(Claim claim) {
        Outlet outlet = outlets.get(name(claim));
        return outlet == null
                ? null
                : new Route(
                        outlet, outlet.transport().destinationOf(claim.queue().domain()));
    }

    String name(Claim claim) {
        return router.plan(new Router.Delivery(
                claim.queue().lane().tenant(),
                claim.queue().lane().stream(),
                claim.queue().domain(),
                claim.attempt()));
    }

    Collection<Outlet> outlets() {
        return outlets.values();
    }

    /** False while every circuit is open: then nothing is claimed. */
    boolean anyUsable() {
        return outlets.values().stream().anyMatch(o -> !o.guard().isOpen());
    }
}
