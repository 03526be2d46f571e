// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Signs finished messages (DKIM, RFC 6376). Two passes over the same bytes: the first hashes, the second writes the signature
 * fields and then the message. Thread-safe; called on sending threads.
 */
@Experimental
public interface MessageSigner {
    /** A message that can be written any number of times, always the same. */
    @FunctionalInterface
    interface Message {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * The header fields to put in front, each ending in CRLF; null when this signer has nothing to sign for the sender's
     * domain. Must give the same bytes for the same message and {@code signedAt}.
     *
     * @param senderDomain domain of the From field, as A-labels
     * @param signedAt when the message was accepted, or was to be sent if that is later, in seconds since the epoch, so that attempts do not
     *     differ
     */
    @Nullable
    String sign(String senderDomain, long signedAt, Message message) throws IOException;
}
