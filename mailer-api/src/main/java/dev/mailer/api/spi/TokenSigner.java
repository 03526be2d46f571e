// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import org.jspecify.annotations.Nullable;

/** Makes and checks the tokens of bounces (VERP), tracking and unsubscribe links: one keyed scheme whose keys rotate. Thread-safe. */
@Experimental
public interface TokenSigner {
    /** A URL- and address-safe token (letters, digits, {@code -}, {@code _}) that carries the payload; the same for the same arguments and key. */
    String sign(String purpose, Bytes payload);

    /** The payload of a token made for this purpose with a current or retired key; null when a single bit differs. Takes the same time either way. */
    @Nullable
    Bytes verify(String purpose, String token);
}
