// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Address;
import dev.mailer.api.Email;
import dev.mailer.api.Experimental;
import dev.mailer.api.MessageId;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a submission, for transports that hand one on in pieces: the same bytes for some of its recipients, and to a destination of
 * their own. Immutable, thread-safe.
 *
 * @param whole what the engine handed over
 * @param destination where this part goes
 * @param recipients some of the whole's
 */
@Experimental
public record PartialSubmission(Submission whole, Destination destination, List<Recipient> recipients)
        implements Submission {
    public PartialSubmission {
        recipients = List.copyOf(recipients);
    }

    @Override
    public MessageId messageId() {
        return whole.messageId();
    }

    @Override
    public @Nullable Address sender() {
        return whole.sender();
    }

    @Override
    public String messageIdHeader() {
        return whole.messageIdHeader();
    }

    /** That of the whole as long as the recipients are the same; a provider must not take the rest for a repetition. */
    @Override
    public String idempotencyKey() {
        if (recipients.equals(whole.recipients())) {
            return whole.idempotencyKey();
        }
        StringBuilder key = new StringBuilder(messageId().toString());
        recipients.forEach(r -> key.append('-').append(r.deliveryId()));
        return key.toString();
    }

    @Override
    public long size(WireCapabilities capabilities) {
        return whole.size(capabilities);
    }

    @Override
    public boolean needsSmtpUtf8() {
        return whole.needsSmtpUtf8();
    }

    @Override
    public boolean needsEightBit() {
        return whole.needsEightBit();
    }

    @Override
    public void writeTo(OutputStream out, WireCapabilities capabilities) throws IOException {
        whole.writeTo(out, capabilities);
    }

    @Override
    public Email email() {
        return whole.email();
    }

    /** Ids only. */
    @Override
    public String toString() {
        return "Submission[" + messageId() + " to " + destination + ", recipients=" + recipients.size() + "]";
    }
}
