// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.smtp.mx.TlsResult;

/** Is told how TLS went on each connection that got as far as that. Thread-safe, never blocks. */
@FunctionalInterface
interface TlsWatch {
    /** Nobody looks. */
    TlsWatch NOBODY = result -> {};

    void ended(TlsResult result);
}
