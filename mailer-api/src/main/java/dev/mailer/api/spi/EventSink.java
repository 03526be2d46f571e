// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import java.util.List;

/**
 * Takes the stored event feed elsewhere: webhooks, brokers. At least once and in order of position: the cursor moves when
 * {@link #accept} returns, an exception repeats the same batch later. Called on one thread per sink, on one node at a time.
 */
@Experimental
public interface EventSink {
    /** The stable name its cursor is stored under. */
    String name();

    void accept(List<EventStore.Positioned> events) throws Exception;
}
