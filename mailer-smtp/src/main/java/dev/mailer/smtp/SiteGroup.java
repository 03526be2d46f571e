// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.time.Duration;
import java.time.InstantSource;

/**
 * What all sites of a provider share, or a site that is nobody's has for itself.
 *
 * @param turns of those who found all connections in use
 */
record SiteGroup(SharedLimit connections, Pace pace, Turns turns) {
    /** When what found all connections in use is tried again, at the soonest. */
    static final Duration NEXT_TURN = Duration.ofSeconds(1);

    static SiteGroup of(int connections, int messagesPerMinute, InstantSource clock) {
        return new SiteGroup(
                new SharedLimit(() -> connections, null),
                new Pace(messagesPerMinute, clock),
                new Turns(NEXT_TURN.dividedBy(connections), clock));
    }
}
