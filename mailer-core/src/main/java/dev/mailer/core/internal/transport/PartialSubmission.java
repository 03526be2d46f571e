// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import dev.mailer.api.Address;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.WireCapabilities;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A submission as a child sees it: the same bytes, the child's own destination, and only the recipients that are still open. */
record PartialSubmission(Submission whole, Destination destination, List<Recipient> recipients) implements Submission {
    PartialSubmission {
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
