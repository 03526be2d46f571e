// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.Address;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.WireCapabilities;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Mails and their bytes for the tests of this package. */
final class Mails {
    static final MailDraft.Stamp STAMP = new MailDraft.Stamp(
            MessageId.of("01977d3e-5a00-7000-8000-00000000abcd"),
            new Lane("default", "transactional"),
            Instant.parse("2026-09-05T03:04:05.678Z"),
            "<01977d3e@mailer.example>");

    private static final MessageComposer COMPOSER = new MessageComposer();

    private Mails() {}

    static Email.Builder mail() {
        return Email.builder()
                .from("Shop <shop@example.com>")
                .to("jo@example.org")
                .subject("Your order");
    }

    static Email raw(String mime) {
        return mailOf(mime.getBytes(StandardCharsets.UTF_8));
    }

    static Email mailOf(byte[] mime) {
        return Email.builder()
                .from("shop@example.com")
                .to("jo@example.org")
                .raw(mime)
                .build();
    }

    static MailDraft draft(Email email) {
        return MailDraft.of(STAMP, List.of(new Recipient(1, Address.of("jo@example.org"), 1)), email, null);
    }

    static ComposedMessage composed(Email email) {
        return COMPOSER.compose(draft(email));
    }

    static byte[] bytes(ComposedMessage message) {
        return bytes(message, WireCapabilities.FULL);
    }

    static byte[] bytes(ComposedMessage message, WireCapabilities capabilities) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            message.writeTo(out, capabilities);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static String wire(Email email) {
        return new String(bytes(composed(email)), StandardCharsets.UTF_8);
    }
}
