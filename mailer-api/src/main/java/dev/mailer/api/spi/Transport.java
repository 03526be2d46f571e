// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import java.util.List;

/**
 * One way out. Composites (failover, weighted) are transports too.
 *
 * <p>Thread-safe: the engine calls {@link #send} from several threads at once. {@code toString} is its URI without
 * credentials. The mailer that created it closes it, after the last send has returned.
 */
public interface Transport extends AutoCloseable {
    /** A short stable name for meters, events and the ledger: {@code smtp://relay.example.com:587}. No credentials. */
    String name();

    TransportCapabilities capabilities();

    /** Where this transport takes mail for a domain; the default is one destination for all, named as the transport. */
    default Destination destinationOf(String domain) {
        return new Destination(name());
    }

    /**
     * Tries to send all submissions, which share one destination, and reports an outcome for each of their recipients, as
     * soon as it is known and in any order. Blocks the calling thread, which belongs to the engine, and must come to an end
     * by its own timeouts.
     *
     * <p>Before the point of no return of each submission it asks {@link OutcomeSink#mayComplete}. What it has not reported
     * when it returns or throws counts as AMBIGUOUS when it had asked, and as DEFERRED for this transport when it had not;
     * so an exception, even an {@link Error}, is safe, and a verdict of the server never needs one.
     */
    void send(List<Submission> submissions, OutcomeSink outcomes);

    /**
     * The sites that have connections now, or are slowed down, by name; empty where that is not known, as by default.
     * Of this node only. Does not block; any thread may ask.
     */
    @Experimental
    default List<SiteState> sites() {
        return List.of();
    }

    /**
     * Lets a site go on at once that {@link #sites} shows as slowed down, as an operator may want who knows more. Of this node only. Does
     * not block; any thread may ask.
     *
     * @return false when no site of this name is slowed down, as by default
     */
    @Experimental
    default boolean releaseSite(String site) {
        return false;
    }

    /**
     * How TLS went with the hosts of each domain, by day, domain and policy, for as many days as are kept; empty where that is not
     * counted, as by default. Of this node only. Does not block; any thread may ask.
     */
    @Experimental
    default List<TlsCount> tlsCounts() {
        return List.of();
    }

    /** Releases connections and threads; idempotent. */
    @Override
    default void close() {}
}
