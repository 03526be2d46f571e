// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.content;

import dev.mailer.api.Content;
import dev.mailer.api.Email;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.ContentRef;
import dev.mailer.api.spi.ContentStore;
import dev.mailer.api.spi.FieldCipher;
import dev.mailer.api.spi.NewMessage.StoredContent;
import dev.mailer.core.internal.mime.RawMail;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a mail into what is stored and back. The document is JSON with a format version; readers skip fields they do not
 * know, so that nodes of two versions share a database. Thread-safe.
 */
public final class EmailCodec {
    /** Raw messages up to this size live in the message's row, larger ones in the content store. */
    public static final int MAX_ROW_RAW = ContentStore.CHUNK;

    private EmailCodec() {}

    /**
     * Encodes a mail; attachments are read here, once, in order, after everything else was checked.
     *
     * @param pinned the template version to keep; null unless the content is a template
     * @param limit most bytes of text, HTML, variables, raw message and attachments together
     * @throws InvalidEmailException the mail is larger, or not encodable
     * @throws IOException an attachment cannot be read or stored
     */
    public static EncodedEmail encode(Email email, @Nullable Pinned pinned, AttachmentStorer storer, long limit)
            throws IOException {
        SizeBudget budget = new SizeBudget(limit);
        List<ContentRef> refs = new ArrayList<>();
        DocumentWriter document = new DocumentWriter(budget);
        RawMail raw = null;
        Bytes rowRaw = null;
        if (email.content() instanceof Content.Raw given) {
            // The limit first: what is too large is not even copied.
            budget.take("raw", given.size());
            raw = RawMail.accept(given.unsafeArray());
            budget.take("raw", Math.max(0, raw.bytes().length - given.size()));
        }
        document.fields(email);
        if (raw != null) {
            if (raw.bytes().length <= MAX_ROW_RAW) {
                rowRaw = Bytes.wrap(raw.bytes());
            } else {
                ContentRef ref = storer.store(new ByteArrayInputStream(raw.bytes()), raw.bytes().length);
                refs.add(ref);
                document.raw(ref);
            }
        } else {
            document.attachments(email, storer, refs);
        }
        Bytes hash = email.idempotencyKey() == null ? null : document.hash(rowRaw);
        if (pinned != null && pinned.sources() != null) {
            refs.add(pinned.sources());
        }
        Bytes bytes = document.end(email, pinned);
        return new EncodedEmail(
                new StoredContent(bytes, rowRaw, refs, FieldCipher.WrappedKey.NONE), hash, raw, budget.used());
    }

    /**
     * Reads a mail back, decrypted. Attachments are opened when they are read, as often as they are; a raw message is read
     * now.
     *
     * @throws IOException a raw message cannot be read
     * @throws IllegalStateException the document is not ours, or of a later format
     */
    public static DecodedEmail decode(StoredContent content, ContentOpener opener) throws IOException {
        return new DocumentReader(content, opener).read();
    }
}
