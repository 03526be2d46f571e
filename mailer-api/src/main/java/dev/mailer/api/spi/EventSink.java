// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import java.util.List;

/**
 * Takes the stored event feed elsewhere: webhooks, brokers. At least once and in order of position: the cursor moves when
 * {@link #accept} returns, an exception repeats the same batch later. Never called by two threads of a process at a time; where
 * several nodes install the same sink, each of them brings events, so what is beyond must know an event by its id.
 */
@Experimental
public interface EventSink {
    /** The stable name its cursor is stored under. */
    String name();

    void accept(List<EventStore.Positioned> events) throws Exception;
}
