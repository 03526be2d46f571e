// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

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

/** A submission for some of its recipients. */
record PartOfSubmission(Submission whole, List<Recipient> recipients) implements Submission {
    PartOfSubmission {
        recipients = List.copyOf(recipients);
    }

    @Override
    public MessageId messageId() {
        return whole.messageId();
    }

    @Override
    public Destination destination() {
        return whole.destination();
    }

    @Override
    public @Nullable Address sender() {
        return whole.sender();
    }

    @Override
    public String messageIdHeader() {
        return whole.messageIdHeader();
    }

    @Override
    public String idempotencyKey() {
        StringBuilder key = new StringBuilder(whole.messageId().toString());
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
}
