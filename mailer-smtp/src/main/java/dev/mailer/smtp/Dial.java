// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One way to one address.
 *
 * @param address whom to connect to: the server, or the proxy before it
 * @param server what is to be reached
 * @param remote names the peer in failures
 * @param source our own address; null for the platform's choice
 * @param proxy who connects us further; null when there is none
 */
record Dial(
        InetSocketAddress address,
        Endpoint server,
        String remote,
        @Nullable InetAddress source,
        @Nullable ProxySettings proxy) {}
