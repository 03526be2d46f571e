// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import javax.net.ssl.SSLContext;

/** A connection that is ready for MAIL, and what its server can do. */
final class SmtpSession {
    private final SmtpConnection connection;
    private final Extensions extensions;
    private final SSLContext tls;
    private int messages;
    private boolean rested;

    SmtpSession(SmtpConnection connection, Extensions extensions, SSLContext tls) {
        this.connection = connection;
        this.extensions = extensions;
        this.tls = tls;
    }

    SmtpConnection connection() {
        return connection;
    }

    Extensions extensions() {
        return extensions;
    }

    /** What it trusted, and identified itself by, when it was opened. */
    SSLContext tls() {
        return tls;
    }

    /** Counts a mail. */
    void countMessage() {
        messages++;
    }

    int messages() {
        return messages;
    }

    /** Notes that it is kept for later, with or without a mail so far. */
    void rest() {
        rested = true;
    }

    /** True when it was kept for later once, so that the server may have closed it since. */
    boolean hasRested() {
        return rested;
    }
}
