// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.net.InetAddress;

/**
 * Asks for names. Blocks, but never beyond the deadline; what is not known by then is a failure. Names are ASCII (A-labels),
 * with or without a dot at the end; what cannot be a name does not exist. Aliases are followed. Thread-safe.
 */
public interface Dns extends AutoCloseable {
    DnsAnswer<MxRecord> mx(String domain, Deadline deadline);

    DnsAnswer<InetAddress> ipv4(String host, Deadline deadline);

    DnsAnswer<InetAddress> ipv6(String host, Deadline deadline);

    /** Each record as one text, its strings joined. */
    DnsAnswer<String> txt(String name, Deadline deadline);

    /** The names that an address leads back to, as {@link MxRecord#host} has them; the name to ask for is below arpa. */
    DnsAnswer<String> ptr(String name, Deadline deadline);

    DnsAnswer<TlsaRecord> tlsa(String name, Deadline deadline);

    /** Ends what is under way; from then on everything fails. Idempotent. */
    @Override
    void close();
}
