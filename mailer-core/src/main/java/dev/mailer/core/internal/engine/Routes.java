// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.Router;
import dev.mailer.api.spi.TransportCapabilities;
import dev.mailer.core.internal.log.Causes;
import java.util.Collection;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the router and finds the transport it names. Thread-safe. */
final class Routes {
    private static final Logger log = LoggerFactory.getLogger(Routes.class);

    private final Map<String, Outlet> outlets;
    private final Router router;
    private final Predicate<Lane> perRecipient;
    private final SingledOut singledOut;
    private final Complaints complaints = new Complaints();

    /**
     * The ways out.
     *
     * @param perRecipient true for a lane whose recipients need bytes of their own, and so jobs of their own
     * @param singledOut the messages of which that is known
     */
    Routes(Map<String, Outlet> outlets, Router router, Predicate<Lane> perRecipient, SingledOut singledOut) {
        this.outlets = Map.copyOf(outlets);
        this.router = router;
        this.perRecipient = perRecipient;
        this.singledOut = singledOut;
    }

    /**
     * The way of a claim of this node's. Runs code of the router and of the transport: not to be called under a lock.
     *
     * @return null when the router names a transport that is not configured, or one of them throws
     */
    @Nullable
    RoutedClaim route(Claim claim, long node) {
        try {
            String name = name(claim);
            Outlet outlet = outlets.get(name);
            if (outlet != null) {
                TransportCapabilities can = outlet.transport().capabilities();
                boolean alone = perRecipient.test(claim.queue().lane()) || singledOut.has(claim.messageKey());
                int company = alone ? 1 : can.maxRecipients();
                return new RoutedClaim(claim, node, route(outlet, claim), company, can.maxBatch());
            }
            if (complaints.isDue("transport " + name)) {
                log.error("the router names the transport '{}', which is not configured; {}", name, Complaints.AGAIN);
            }
        } catch (RuntimeException | Error e) {
            if (complaints.isDue(e)) {
                log.error(
                        "a delivery of {} cannot be routed; {}: {}",
                        claim.queue(),
                        Complaints.AGAIN,
                        Causes.of(e, log));
            }
        }
        return null;
    }

    /** The way that a delivery would take now; null when there is none. Runs code of the router. */
    @Nullable
    Outlet outlet(Router.Delivery delivery) {
        try {
            return outlets.get(router.plan(delivery));
        } catch (RuntimeException e) {
            return null;
        }
    }

    private String name(Claim claim) {
        return router.plan(delivery(claim));
    }

    /** What a router is told of a claim. */
    static Router.Delivery delivery(Claim claim) {
        return new Router.Delivery(
                claim.queue().lane().tenant(),
                claim.queue().lane().stream(),
                claim.queue().domain(),
                claim.attempt());
    }

    private static Route route(Outlet outlet, Claim claim) {
        return new Route(outlet, outlet.transport().destinationOf(claim.queue().domain()));
    }

    Collection<Outlet> outlets() {
        return outlets.values();
    }

    /** False while each transport has its circuit open, or has never worked though it was tried. */
    boolean anyWorking() {
        return outlets.values().stream()
                .anyMatch(o -> !o.guard().isOpen() && !o.guard().isUnproven());
    }

    /** False while every circuit is open: then nothing is claimed. */
    boolean anyUsable() {
        return outlets.values().stream().anyMatch(o -> !o.guard().isOpen());
    }
}
