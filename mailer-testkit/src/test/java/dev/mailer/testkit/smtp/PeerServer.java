// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.io.IOException;
import java.util.List;

/**
 * A mail server of others on the loopback interface, with mailboxes {@code jo}, {@code ann}, {@code bob} and {@value #UTF8} at
 * example.org and {@code shop} at example.com; {@code nobody@example.org} is refused. It takes mails of up to {@link #MAX_SIZE}
 * octets. {@code jo} may log in.
 */
interface PeerServer extends AutoCloseable {
    int MAX_SIZE = 1_000_000;
    String USER = "jo";
    String PASSWORD = "secret+word";
    String UTF8 = "j\u00f6rg";

    /** Begins in clear text and offers STARTTLS. */
    int port();

    /** Begins with TLS. */
    int tlsPort();

    /** What the mailbox holds, an octet a character, with lines ended by CRLF, below what the server put on top. */
    List<String> stored(String mailbox) throws IOException;

    @Override
    void close();
}
