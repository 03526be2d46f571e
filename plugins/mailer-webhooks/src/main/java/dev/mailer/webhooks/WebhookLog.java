// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Attempt;
import dev.mailer.api.spi.WebhookStore.Delivery;
import dev.mailer.api.spi.WebhookStore.Query;
import dev.mailer.api.spi.WebhookStore.Selection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What endpoints were told, and are to be told, for each tenant its own. Thread-safe. */
public final class WebhookLog {
    private final WebhookStore store;
    private final KnownEndpoints known;
    private final Replay replay;
    private final Webhooks.Tools tools;

    WebhookLog(WebhookStore store, KnownEndpoints known, Replay replay, Webhooks.Tools tools) {
        this.store = store;
        this.known = known;
        this.replay = replay;
        this.tools = tools;
    }

    /** Deliveries of an endpoint, newest event first; empty when the tenant has none of this id. */
    public List<Delivery> deliveries(String tenant, Query query) {
        return known.find(tenant, query.endpoint()) == null ? List.of() : store.list(query);
    }

    /** The attempts of a delivery, in order; empty when the tenant has none of this id. */
    public List<Attempt> attempts(String tenant, String id, long event) {
        return known.find(tenant, id) == null ? List.of() : store.attempts(id, event);
    }

    /** How many deliveries wait; counts to a thousand. */
    public int waiting(String tenant, String id) {
        return known.find(tenant, id) == null ? 0 : store.waiting(id);
    }

    /**
     * What a part of {@link #replay} gave.
     *
     * @param replayed how many wait that did not before
     * @param next the {@code after} of the next part; null when there is none
     */
    public record Replayed(int replayed, @Nullable String next) {}

    /**
     * Sends again what has ended. One event, or those since a time unless a status is asked for, are also sent where the endpoint was never to be told
     * of them, such as from before it was made or while it was disabled, as far as it asks for such events and the feed still has them. Of what
     * others reported long after it happened, that is found which came into the feed up to an hour after {@link Selection#until}. The ids of webhooks stay
     * what they were. Does a part at a time, of ten thousand deliveries or events that are looked at:
     *
     * <pre>{@code
     * String after = null;
     * do {
     *     after = webhooks.log().replay(tenant, id, what, after).next();
     * } while (after != null);
     * }</pre>
     *
     * @param after where the part before ended, with the same selection; null for the first. What comes later than the first is not sent again
     * @return nothing, and no next part, when the tenant has none of this id
     * @throws InvalidWebhookException {@code after} is of no part before
     */
    public Replayed replay(String tenant, String id, Selection what, @Nullable String after) {
        known.changed();
        Known found = known.find(tenant, id);
        if (found == null) {
            return new Replayed(0, null);
        }
        Replayed part = replay.part(found, what, after, tools.now());
        tools.wake().run();
        return part;
    }
}
