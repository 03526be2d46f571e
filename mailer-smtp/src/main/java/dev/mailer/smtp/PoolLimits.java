// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.time.Duration;

/**
 * Bounds of a pool.
 *
 * @param connections most open at once
 * @param messages most mails over one connection
 * @param idle longest rest of a connection between mails
 * @param patience longest wait for a connection while all are in use
 */
record PoolLimits(int connections, int messages, Duration idle, Duration patience) {
    /** As long as the mail has time. */
    static final Duration PATIENT = Duration.ofDays(1);
}
