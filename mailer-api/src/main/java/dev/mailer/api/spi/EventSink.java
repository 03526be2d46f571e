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
    /** The stable name its cursor is stored under; two sinks of one name in a mailer are an error. */
    String name();

    void accept(List<EventStore.Positioned> events) throws Exception;
}
