// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Address;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Transport} is handed: one message, one destination, identical bytes, one or more deliveries. Made by the
 * engine; immutable and thread-safe.
 */
public interface Submission {
    MessageId messageId();

    Destination destination();

    /** The envelope sender; null is the empty reverse-path. */
    @Nullable
    Address sender();

    /** At least one, at most the transport's {@link TransportCapabilities#maxRecipients()}. */
    List<Recipient> recipients();

    /** The Message-ID header field, with angle brackets; the same on every attempt. */
    String messageIdHeader();

    /**
     * A key for a provider's own idempotency device: a pure function of message and recipients, the same on every attempt.
     */
    String idempotencyKey();

    /** The size that {@link #writeTo} will write, for SIZE (RFC 1870); -1 when unknown. */
    long size(WireCapabilities capabilities);

    /** True when headers or addresses need SMTPUTF8 (RFC 6531) and cannot be written without. */
    boolean needsSmtpUtf8();

    /**
     * True when the content holds 8-bit bytes that cannot be converted, as in finished MIME that may be signed, so that it
     * cannot be written without 8BITMIME (RFC 6152). What the mailer composes itself never needs it.
     */
    default boolean needsEightBit() {
        return false;
    }

    /**
     * Writes the complete message with CRLF line ends, without dot-stuffing and final dot. Repeatable: the same capabilities
     * give the same bytes each time, on every node. Does not close the stream.
     */
    void writeTo(OutputStream out, WireCapabilities capabilities) throws IOException;

    /**
     * The mail as its caller gave it, for transports that do not take MIME; variables and attachments included.
     *
     * @throws IllegalStateException an {@link EntityTransform} has signed or encrypted the content, so that only the bytes of
     *     {@link #writeTo} may leave
     */
    Email email();
}
