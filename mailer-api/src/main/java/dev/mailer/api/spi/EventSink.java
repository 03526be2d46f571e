// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import java.util.List;

/**
 * Takes the stored event feed elsewhere: webhooks, brokers. In order of position and at least once: the cursor moves when
 * {@link #accept} returns, an exception repeats the same batch after a second or later, maybe on another node. One node at a time
 * feeds a sink, however many install it, on one thread; another takes over when it is closed or its lease has ended. So events
 * repeat only behind an exception and when a node dies or is cut off, and what is beyond must know an event by its id. Retention leaves
 * what a sink has not taken yet, for at most thirty days beyond its own limit.
 */
@Experimental
public interface EventSink {
    /** Where a sink begins whose name the ledger does not know yet. */
    enum Start {
        /** With the oldest event that is kept. */
        EARLIEST,
        /** With what happens once the mailer runs. */
        LATEST
    }

    /** The stable name its cursor is stored under; two sinks of one name in a mailer are an error. */
    String name();

    /** Counts when a mailer starts with a sink of this name for the first time; later it goes on from its cursor. */
    default Start start() {
        return Start.EARLIEST;
    }

    void accept(List<EventStore.Positioned> events) throws Exception;

    /**
     * Observes events at least once, from when the mailer first starts with it. An exception repeats that event and then goes on behind
     * it; those before are repeated only where another node takes over meanwhile. One node at a time calls the listener.
     */
    static EventSink listener(String name, MailListener listener) {
        return listener(name, listener, Start.LATEST);
    }

    /** The same from elsewhere. */
    static EventSink listener(String name, MailListener listener, Start start) {
        return new ListenerSink(name, listener, start);
    }
}
