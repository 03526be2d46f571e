// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.Experimental;
import dev.mailer.api.MailEvent;
import dev.mailer.api.Mailer;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.DeliveryReports;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.HttpEndpoint;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.SiteState;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.api.spi.TlsCount;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A running {@link Mailer} with what its operator needs: queues, health, and what plugins brought. Thread-safe. Decisions are
 * stored and hold for all nodes on the ledger; each throws {@link dev.mailer.api.MailerUnavailableException} when it could not be
 * stored.
 */
public interface MailerEngine extends Mailer {
    /** The public name of the store: {@code memory}, {@code sqlite}, {@code postgresql}, {@code mariadb}, {@code h2}. */
    String storeName();

    /** The names of the configured transports, without credentials. */
    List<String> transports();

    /**
     * How it goes with the servers and sites that transports have connections with or have slowed down, as this node knows them: which
     * are suspended, why and until when.
     */
    @Experimental
    List<SiteState> sites();

    /**
     * Lets a site go on at once that {@link #sites} shows as slowed down, on this node. Queues that rest because a transport had no turn for
     * them are tried again; a delivery that has a time for its next try keeps it, and a queue that is parked stays so.
     *
     * @return false when no transport has slowed down a site of this name
     */
    @Experimental
    boolean releaseSite(String site);

    /** How TLS went with the mail hosts of each domain today and on the two days before, in UTC, as this node counted it. */
    @Experimental
    List<TlsCount> tlsCounts();

    /** The names of the tenants that are defined. */
    List<String> tenants();

    /** What waits, by lane; at most a few seconds old. */
    List<OutboxStore.Depth> depths();

    /** The queues that are parked now, by operators and by the engine, as this node knows them. */
    List<ParkedQueue> parkedQueues();

    /**
     * Stops claiming from a queue until an instant, at once here and within a second on other nodes; attempts under way go on. In
     * place of an earlier parking.
     *
     * @param until {@link Instant#MAX} until {@link #resume}; one that has passed parks nothing
     * @param reason for people
     * @throws dev.mailer.api.InvalidEmailException the tenant has no such stream
     */
    void park(QueueKey queue, Instant until, String reason);

    /**
     * Ends a parking, whoever ordered it, and forgets its failures; without one nothing happens.
     *
     * @throws dev.mailer.api.InvalidEmailException the tenant has no such stream
     */
    void resume(QueueKey queue);

    /**
     * Sends a held or deferred delivery now, or gives an {@code AMBIGUOUS} one up.
     *
     * @param to QUEUED or FAILED; anything else is an {@link IllegalArgumentException}
     * @return false when the delivery is not in a state from which this is possible
     */
    boolean resolve(MessageId id, long deliveryId, DeliveryState to);

    /**
     * Checks a mail as {@link #send(dev.mailer.api.Email)} does, its template rendered, and accepts nothing. Whether its idempotency
     * key was used is not looked up.
     *
     * @return how many of its recipients are on the suppression list
     * @throws dev.mailer.api.InvalidEmailException as {@code send}
     */
    int check(Email email);

    /** The addresses that must not be mailed. */
    SuppressionStore suppressions();

    /** What is stored of a person, to be given or to be erased. */
    PersonalRecords personalData();

    /** The master keys of the ledger and how far they are rotated, from memory; null where nothing is encrypted. */
    OutboxStore.@Nullable KeyState keys();

    /** The keys of the tokens in links. */
    @Experimental
    TokenKeys tokenKeys();

    /** The events of a message as its {@link #trace} shows them, without counting its hits; null when there is no such message. */
    @Nullable
    MessageEvents events(MessageId id);

    /** The stored event feed of all nodes. */
    EventStore events();

    /** Where bounces and provider callbacks are reported. */
    DeliveryReports deliveryReports();

    /** Endpoints that plugins registered, for whoever mounts them. */
    List<HttpEndpoint> endpoints();

    /** The plugin of a class that is installed; null when there is none. */
    default <P extends MailerPlugin> @Nullable P plugin(Class<P> type) {
        return null;
    }

    /** How it goes, from memory: cheap enough for every probe. */
    Health health();

    /**
     * What happened to one message, oldest first; of more than 1,000 events, the first and the newest 500.
     *
     * @param omitted how many events there are between the first and the newest that are shown; 0 where all are
     */
    record MessageEvents(List<MailEvent> shown, long omitted) {
        public MessageEvents {
            shown = List.copyOf(shown);
        }
    }

    /**
     * Health by evidence: nothing is probed.
     *
     * @param accepting the store took the last write; when false, {@code problem} says why
     * @param oldestReady age of the oldest delivery that could be sent, as counted every 15 seconds
     * @param plugins how it goes with those that tell, by their names; no part of the verdict
     */
    record Health(
            boolean accepting,
            boolean sending,
            @Nullable String problem,
            Duration oldestReady,
            List<String> openCircuits,
            Map<String, Map<String, Long>> plugins) {
        public Health {
            openCircuits = List.copyOf(openCircuits);
            plugins = Map.copyOf(plugins);
        }

        /** That of a mailer whose plugins tell nothing. */
        public Health(
                boolean accepting,
                boolean sending,
                @Nullable String problem,
                Duration oldestReady,
                List<String> openCircuits) {
            this(accepting, sending, problem, oldestReady, openCircuits, Map.of());
        }
    }
}
