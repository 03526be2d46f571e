// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a host, in the order they are to be tried (RFC 5321 §5.1). */
@FunctionalInterface
interface NameLookup {
    /** That of the platform. */
    NameLookup SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    List<InetAddress> addresses(String host) throws UnknownHostException;
}
