// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

/** What a connection that begins in clear text does about STARTTLS (RFC 3207). */
enum TlsPolicy {
    /** TLS with a verified certificate, or no mail. */
    REQUIRED,
    /**
     * TLS where the server offers it and the handshake succeeds, else clear text, but never credentials in clear text. A
     * certificate that does not verify is an attack or a wrong setting, and no reason to go on without.
     */
    OPPORTUNISTIC,
    /** Clear text. */
    NEVER
}
