// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

/** A connection that is ready for MAIL, and what its server can do. */
final class SmtpSession {
    private final SmtpConnection connection;
    private final Extensions extensions;
    private int messages;

    SmtpSession(SmtpConnection connection, Extensions extensions) {
        this.connection = connection;
        this.extensions = extensions;
    }

    SmtpConnection connection() {
        return connection;
    }

    Extensions extensions() {
        return extensions;
    }

    /** Counts a mail; how many there were before. */
    int countMessage() {
        return messages++;
    }

    int messages() {
        return messages;
    }

    /** True when mail went over it before, so that the server may have closed it since. */
    boolean isReused() {
        return messages > 0;
    }
}
