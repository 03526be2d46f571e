// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

/**
 * How fast an MX site takes mail from one sender.
 *
 * @param connections most at once, over all sites of the same group
 * @param messages most over one connection
 * @param recipients most of one message
 * @param messagesPerMinute over all connections; 0 for no limit
 */
public record SiteLimits(int connections, int messages, int recipients, int messagesPerMinute) {}
