// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.dns;

/**
 * A question that reached the server.
 *
 * @param name in lower case, without the dot at its end
 * @param tcp over a connection
 * @param authenticatedWanted the bit AD was set: the client understands it in the answer
 * @param payload the most octets that the client takes over UDP, by EDNS; 0 without EDNS
 */
public record ReceivedQuery(String name, DnsType type, boolean tcp, boolean authenticatedWanted, int payload) {}
