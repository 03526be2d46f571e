// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.Address;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.WireCapabilities;
import dev.mailer.core.internal.mime.ComposedMessage;
import dev.mailer.core.internal.mime.MailDraft;
import dev.mailer.core.internal.mime.MessageComposer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A mail made from an Email, as the engine hands it to a transport. */
record ComposedMail(
        MessageId messageId,
        Destination destination,
        @Nullable Address sender,
        List<Recipient> recipients,
        String messageIdHeader,
        ComposedMessage composed,
        Email email)
        implements Submission {
    private static final Destination ANY = new Destination("bench");

    static ComposedMail of(MessageComposer composer, Email email) {
        MessageId id = Mails.id();
        String header = "<" + id + "@mailer.example.com>";
        List<Recipient> recipients = List.of(new Recipient(1, email.to().get(0), 1));
        MailDraft.Stamp stamp = new MailDraft.Stamp(id, new Lane("default", "transactional"), Instant.now(), header);
        ComposedMessage composed = composer.compose(MailDraft.of(stamp, recipients, email, null));
        return new ComposedMail(id, ANY, Address.of("shop@example.com"), recipients, header, composed, email);
    }

    @Override
    public String idempotencyKey() {
        return messageId.toString();
    }

    @Override
    public boolean needsSmtpUtf8() {
        return composed.needsSmtpUtf8();
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
    public void writeTo(OutputStream out, WireCapabilities capabilities) throws IOException {
        composed.writeTo(out, capabilities);
    }
}
