// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.Address;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.WireCapabilities;
import dev.mailer.core.internal.mime.ComposedMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message that is ready for the wire. */
record PreparedSubmission(
        MessageId messageId,
        Destination destination,
        @Nullable Address sender,
        List<Recipient> recipients,
        String messageIdHeader,
        ComposedMessage composed,
        Email email)
        implements Submission {
    PreparedSubmission {
        recipients = List.copyOf(recipients);
    }

    @Override
    public Email email() {
        if (composed.isTransformed()) {
            throw new IllegalStateException(
                    "the content was signed or encrypted: only the bytes may leave, not the mail as it was given");
        }
        return email;
    }

    @Override
    public String idempotencyKey() {
        StringBuilder key = new StringBuilder(messageId.toString());
        for (Recipient r : recipients) {
            key.append('-').append(r.deliveryId());
        }
        return key.toString();
    }

    @Override
    public long size(WireCapabilities capabilities) {
        try {
            return composed.size(capabilities);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean needsSmtpUtf8() {
        return composed.needsSmtpUtf8()
                || (sender != null && sender.needsSmtpUtf8())
                || recipients.stream().anyMatch(r -> r.address().needsSmtpUtf8());
    }

    @Override
    public boolean needsEightBit() {
        return composed.needsEightBit();
    }

    @Override
    public void writeTo(OutputStream out, WireCapabilities capabilities) throws IOException {
        composed.writeTo(out, capabilities);
    }

    /** Ids only. */
    @Override
    public String toString() {
        return "Submission[" + messageId + " to " + destination + ", recipients=" + recipients.size() + "]";
    }
}
