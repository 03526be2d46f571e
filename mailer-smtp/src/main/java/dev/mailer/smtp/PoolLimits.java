// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.time.Duration;

/**
 * Bounds of a pool.
 *
 * @param connections most open at once
 * @param messages most mails over one connection
 * @param idle longest rest of a connection between mails
 */
record PoolLimits(int connections, int messages, Duration idle) {}
