// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Finds the addresses of a host. Thread-safe; may block. */
@FunctionalInterface
interface AddressLookup {
    InetAddress[] lookup(String host) throws UnknownHostException;
}
