// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.SiteState;
import dev.mailer.api.spi.TlsCount;
import java.util.Comparator;
import java.util.List;

/** The sites that transports send to directly, and how their connections are secured. Thread-safe. */
final class Sites {
    private final Routes routes;
    private final ParkedQueues parked;
    private final Dispatcher dispatcher;

    Sites(Routes routes, ParkedQueues parked, Dispatcher dispatcher) {
        this.routes = routes;
        this.parked = parked;
        this.dispatcher = dispatcher;
    }

    List<SiteState> all() {
        return routes.outlets().stream()
                .flatMap(o -> o.transport().sites().stream())
                .sorted(Comparator.comparing(SiteState::transport).thenComparing(SiteState::site))
                .toList();
    }

    /** False when no transport has slowed it down. */
    boolean release(String site) {
        boolean released = false;
        for (Outlet outlet : routes.outlets()) {
            released |= outlet.transport().releaseSite(site);
        }
        // also where it was released before: what met the suspension at that moment may rest since
        if (released || all().stream().anyMatch(s -> s.site().equals(site))) {
            // a transport does not tell which domains a site has; what has to wait for another reason rests again after
            // one try
            dispatcher.signal(parked.wakeAll());
        }
        return released;
    }

    List<TlsCount> tlsCounts() {
        return routes.outlets().stream()
                .flatMap(o -> o.transport().tlsCounts().stream())
                .sorted(Comparator.comparing(TlsCount::day)
                        .thenComparing(TlsCount::domain)
                        .thenComparing(TlsCount::policy))
                .toList();
    }
}
