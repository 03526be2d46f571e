// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

/** Where the sessions of a pool come from. Thread-safe. */
interface SessionSource {
    /** Opens a session by {@code budget}, a time of the watchdog. */
    SmtpSession open(long budget) throws SessionException;

    /** False when a session should have its last mail, since another would be opened otherwise today. */
    boolean isCurrent(SmtpSession session);
}
