// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.net.InetAddress;

/**
 * A host to talk to.
 *
 * @param scheme {@code smtp}, {@code smtps} or {@code lmtp}
 * @param host a name, or an address literal without brackets
 */
record Endpoint(String scheme, String host, int port) {
    /** True when TLS begins with the first octet (RFC 8314 §3). */
    boolean implicitTls() {
        return scheme.equals("smtps");
    }

    /** True for the protocol of servers that deliver (RFC 2033). */
    boolean isLmtp() {
        return scheme.equals("lmtp");
    }

    /** True when the host says of itself that it is this machine. */
    boolean isLoopback() {
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || host.equals("::1")
                || host.matches("127(\\.\\d{1,3}){3}");
    }

    /** The name of the transport: no user, no options. */
    String name() {
        return scheme + "://" + authority();
    }

    /** Host and port, as failures name the peer before its address is known. */
    String authority() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** The peer as failures name it: {@code relay.example.com[192.0.2.1]:25}. */
    String at(InetAddress address) {
        String literal = address.getHostAddress();
        return literal.equals(host) ? authority() : host + "[" + literal + "]:" + port;
    }
}
