// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.content;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.NewMessage;
import dev.mailer.core.internal.mime.RawMail;
import org.jspecify.annotations.Nullable;

/**
 * A mail in its stored form.
 *
 * @param content document and raw bytes in the clear, under {@link dev.mailer.api.spi.FieldCipher.WrappedKey#NONE}
 * @param hash SHA-256 of what makes two mails the same for an idempotency key: every field in the order given, raw bytes and
 *     attachments by digest; not the key itself and not the pinned template version. Null for a mail without a key
 * @param raw the message as accepted, for its headers; null unless the content is raw
 * @param size text, HTML, variables, raw bytes and attachments in bytes
 */
public record EncodedEmail(
        NewMessage.StoredContent content,
        @Nullable Bytes hash,
        @Nullable RawMail raw,
        long size) {}
