// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

/**
 * A mail exchanger as the domain names it.
 *
 * @param preference lower is better
 * @param host in lower case without a dot at its end; empty for the root, which means that there is none (RFC 7505 §3)
 */
public record MxRecord(int preference, String host) {}
