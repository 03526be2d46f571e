// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.Address;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.api.spi.Recipient;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What transforms see of a mail, and the mail around what they make. Immutable. */
record TransformedMail(
        MessageId messageId,
        String tenant,
        String stream,
        List<Recipient> recipients,
        @Nullable Address author,
        Instant begin)
        implements EntityTransform.Mail {
    /** The content as it was composed or given. */
    record Content(String contentType, boolean eightBit, Wire bytes) implements EntityTransform.Entity {
        @Override
        public void writeTo(OutputStream out) throws IOException {
            bytes.writeTo(out);
        }
    }

    static TransformedMail of(MailDraft draft, Instant begin) {
        return new TransformedMail(
                draft.messageId(), draft.tenant(), draft.stream(), draft.recipients(), draft.author(), begin);
    }

    /** The fields about the mail as they are, and behind them the content. */
    static ComposedMessage compose(MailDraft draft, EntityTransform.Entity content) {
        List<DraftField> fields =
                draft.fields().stream().filter(f -> !f.isOfContent()).toList();
        boolean mime = fields.stream().anyMatch(f -> f.name().equalsIgnoreCase("MIME-Version"));
        Wire given = around(fields.stream().map(DraftField::wire).toList(), mime, content);
        if (fields.stream().noneMatch(DraftField::isEightBit)) {
            boolean smtpUtf8 = fields.stream().anyMatch(DraftField::needsSmtpUtf8);
            return new ComposedMessage(given, null, new ComposedMessage.Needs(smtpUtf8, content.eightBit(), true));
        }
        List<byte[]> ascii = fields.stream().map(DraftField::asciiWire).toList();
        boolean smtpUtf8 = !ascii.stream().allMatch(field -> ByteScan.isAscii(field, 0, field.length));
        return new ComposedMessage(
                given, around(ascii, mime, content), new ComposedMessage.Needs(smtpUtf8, content.eightBit(), true));
    }

    private static Wire around(List<byte[]> header, boolean mime, EntityTransform.Entity content) {
        MessageBytes.Builder message = new MessageBytes.Builder(512);
        header.forEach(message::put);
        if (!mime) {
            message.put(DraftField.text("MIME-Version", "1.0").wire());
        }
        return message.entity(content).build();
    }
}
