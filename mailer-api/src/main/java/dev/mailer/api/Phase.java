// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

/** Where in an attempt something happened. */
public enum Phase {
    /** Rendering, intercepting, composing, signing. */
    PREPARE,
    /** Name look-up, connect, greeting, EHLO. */
    CONNECT,
    /** STARTTLS and the TLS handshake. */
    TLS,
    AUTH,
    MAIL_FROM,
    RCPT_TO,
    /** The DATA command and the content up to, not including, the final dot. */
    DATA,
    /** From the first byte of the final dot to the last line of its reply. */
    FINAL_REPLY,
    /** A provider's HTTP call. */
    HTTP;

    /** True when a failure here leaves open whether the peer took the message (RFC 1047). */
    public boolean mayHaveBeenSent() {
        return this == FINAL_REPLY;
    }
}
