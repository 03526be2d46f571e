// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

/** How far commands leave ahead of the replies to those before them, where the server takes PIPELINING (RFC 2920). */
enum Pipelining {
    NEVER,
    /** An envelope at once. */
    OFFERED,
    /**
     * And the next mail's behind the final dot. That is within RFC 2920 §3.1, but some servers refuse what comes there, which may
     * be smuggled, and others die of it.
     */
    CHAINED
}
