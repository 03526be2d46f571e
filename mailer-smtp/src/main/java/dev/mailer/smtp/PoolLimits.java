// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.smtp.mx.SiteLimits;
import java.time.Duration;

/**
 * Bounds of a pool.
 *
 * @param connections most open at once
 * @param messages most mails over one connection
 * @param age a connection that is older has no further mail
 * @param idle longest rest of a connection between mails
 * @param patience longest wait for a connection while all are in use
 */
record PoolLimits(int connections, int messages, Duration age, Duration idle, Duration patience) {
    /** As long as the mail has time. */
    static final Duration PATIENT = Duration.ofDays(1);

    static final int DEFAULT_MESSAGES = 1_000;
    /**
     * Servers that end connections for their age, in the midst of a mail as well, do so after ten minutes (Exchange) or more; and no
     * connection should stay for long with a host that its name leads to no more.
     */
    static final Duration DEFAULT_AGE = Duration.ofMinutes(5);
    /** Below the patience of the usual servers, which is a minute and more. */
    static final Duration DEFAULT_IDLE = Duration.ofSeconds(30);

    /** @param usual the number of connections where none is said */
    static PoolLimits of(OptionReader options, int usual) {
        return new PoolLimits(
                options.count("connections", usual, 10_000),
                options.count("maxMessagesPerConnection", DEFAULT_MESSAGES, 1_000_000),
                options.duration("maxConnectionAge", DEFAULT_AGE),
                options.duration("idleTimeout", DEFAULT_IDLE),
                PATIENT);
    }

    /** These and no more than a site takes. */
    PoolLimits within(SiteLimits site) {
        return new PoolLimits(
                Math.min(connections, site.connections()), Math.min(messages, site.messages()), age, idle, patience);
    }

    PoolLimits waiting(Duration atMost) {
        return new PoolLimits(connections, messages, age, idle, atMost);
    }
}
