// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.Attachment;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.core.internal.mime.TextBody.Encoding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns drafts into messages. The structure is the smallest that carries the content: text or HTML alone, alternative for both,
 * related around inline images, mixed around files. A pure function of the draft. Thread-safe.
 */
public final class MessageComposer {
    private static final byte[] CRLF = {'\r', '\n'};

    /** The draft must not be edited afterwards. */
    public ComposedMessage compose(MailDraft draft) {
        List<DraftField> fields = draft.fields();
        RawMail raw = draft.raw();
        if (raw == null) {
            return new ComposedMessage(
                    new Structure(draft).write(fields),
                    null,
                    new ComposedMessage.Needs(needsSmtpUtf8(fields), false, false));
        }
        Wire given = finished(fields.stream().map(DraftField::wire).toList(), raw);
        if (fields.stream().noneMatch(DraftField::isEightBit)) {
            return new ComposedMessage(
                    given, null, new ComposedMessage.Needs(needsSmtpUtf8(fields), raw.hasEightBitBody(), false));
        }
        List<byte[]> ascii = fields.stream().map(DraftField::asciiWire).toList();
        boolean smtpUtf8 = !ascii.stream().allMatch(field -> ByteScan.isAscii(field, 0, field.length));
        return new ComposedMessage(
                given, finished(ascii, raw), new ComposedMessage.Needs(smtpUtf8, raw.hasEightBitBody(), false));
    }

    /**
     * With the content that the transforms make of the draft's.
     *
     * @param begin when the mail was accepted, or was to be sent if that is later
     */
    public ComposedMessage compose(MailDraft draft, List<EntityTransform> transforms, Instant begin)
            throws IOException {
        if (transforms.isEmpty()) {
            return compose(draft);
        }
        EntityTransform.Entity given = content(draft);
        EntityTransform.Entity content = given;
        EntityTransform.Mail mail = TransformedMail.of(draft, begin);
        for (EntityTransform transform : transforms) {
            EntityTransform.Entity made = transform.transform(mail, content);
            content = made == null ? content : made;
        }
        return content == given ? compose(draft) : TransformedMail.compose(draft, content);
    }

    /** What the mail is made of besides the fields about itself. */
    private static EntityTransform.Entity content(MailDraft draft) {
        List<DraftField> fields =
                draft.fields().stream().filter(DraftField::isOfContent).toList();
        RawMail raw = draft.raw();
        if (raw == null) {
            Structure structure = new Structure(draft);
            return new TransformedMail.Content(structure.type(), false, structure.write(fields));
        }
        return new TransformedMail.Content(
                Objects.requireNonNullElse(raw.header("Content-Type"), "text/plain"),
                raw.hasEightBitBody() || fields.stream().anyMatch(DraftField::isEightBit),
                finished(fields.stream().map(DraftField::wire).toList(), raw));
    }

    private static boolean needsSmtpUtf8(List<DraftField> fields) {
        return fields.stream().anyMatch(DraftField::needsSmtpUtf8);
    }

    private static Wire finished(List<byte[]> header, RawMail raw) {
        MessageBytes.Builder message = new MessageBytes.Builder(512);
        header.forEach(message::put);
        return message.put(CRLF)
                .share(raw.bytes(), raw.bodyStart(), raw.bytes().length)
                .build();
    }

    /** Writes the parts of one mail in their order. Used once. */
    private static final class Structure {
        /** About what the header of the mail and those of a few parts need. */
        private static final int HEADERS = 1_500;

        private final MailDraft draft;
        private final List<Attachment> inline = new ArrayList<>();
        private final List<Attachment> files = new ArrayList<>();
        private final String boundary;
        private int boundaries;

        Structure(MailDraft draft) {
            this.draft = draft;
            this.boundary = "=_m_" + draft.messageId().toString().replace("-", "") + '_';
            for (Attachment attachment : draft.attachments()) {
                // Without HTML nothing shows an inline image.
                (attachment.contentId() != null && draft.html() != null ? inline : files).add(attachment);
            }
        }

        /** @param fields what stands in front of the content's own */
        MessageBytes write(List<DraftField> fields) {
            String plain = plain();
            boolean alone = files.isEmpty() && inline.isEmpty() && (plain == null || draft.html() == null);
            Leaf text = plain == null ? null : Leaf.of("plain", plain, alone);
            Leaf html = draft.html() == null ? null : Leaf.of("html", draft.html(), alone);
            int bodies = (text == null ? 0 : text.wire.length()) + (html == null ? 0 : html.wire.length());
            MessageBytes.Builder out = new MessageBytes.Builder(bodies + HEADERS);
            for (DraftField field : fields) {
                out.put(field.wire());
            }
            mixed(text, html, out);
            return out.build();
        }

        /** Of the whole content. */
        String type() {
            if (!files.isEmpty()) {
                return "multipart/mixed";
            }
            if (draft.html() == null) {
                return "text/plain";
            }
            return plain() != null ? "multipart/alternative" : inline.isEmpty() ? "text/html" : "multipart/related";
        }

        private @Nullable String plain() {
            return draft.html() == null ? Objects.requireNonNullElse(draft.text(), "") : draft.text();
        }

        private void mixed(@Nullable Leaf text, @Nullable Leaf html, MessageBytes.Builder out) {
            if (files.isEmpty()) {
                alternative(text, html, out);
                return;
            }
            String delimiter = open("mixed", out);
            next(delimiter, out);
            alternative(text, html, out);
            for (Attachment file : files) {
                next(delimiter, out);
                attachment(file, "attachment", out);
            }
            close(delimiter, out);
        }

        private void alternative(@Nullable Leaf text, @Nullable Leaf html, MessageBytes.Builder out) {
            if (text == null || html == null) {
                related(Objects.requireNonNull(text == null ? html : text, "body"), out);
                return;
            }
            String delimiter = open("alternative", out);
            next(delimiter, out);
            text.writeTo(out);
            next(delimiter, out);
            related(html, out);
            close(delimiter, out);
        }

        private void related(Leaf body, MessageBytes.Builder out) {
            if (inline.isEmpty()) {
                body.writeTo(out);
                return;
            }
            String delimiter = open("related; type=\"text/html\"", out);
            next(delimiter, out);
            body.writeTo(out);
            for (Attachment image : inline) {
                next(delimiter, out);
                attachment(image, "inline", out);
            }
            close(delimiter, out);
        }

        private static void attachment(Attachment file, String disposition, MessageBytes.Builder out) {
            String id = file.contentId() == null ? "" : "Content-ID: <" + file.contentId() + ">\r\n";
            out.put(bytes(FileNames.contentType(type(file), file.fileName()) + "\r\n"
                            + transferEncoding(Encoding.BASE64) + FileNames.disposition(disposition, file.fileName())
                            + "\r\n" + id + "\r\n"))
                    .file(file);
        }

        /** Messages and multiparts may not be base64 (RFC 2045 §6.4); as a file of bytes they arrive whole. */
        private static String type(Attachment file) {
            String lower = file.contentType().strip().toLowerCase(Locale.ROOT);
            return lower.startsWith("message/") || lower.startsWith("multipart/")
                    ? Attachment.DEFAULT_TYPE
                    : file.contentType();
        }

        private String open(String subtype, MessageBytes.Builder out) {
            String delimiter = boundary + ++boundaries;
            out.put(bytes("Content-Type: multipart/" + subtype + ";\r\n boundary=\"" + delimiter + "\"\r\n"));
            return delimiter;
        }

        /** Its first line end ends the part before, or is the empty line behind the header (RFC 2046 §5.1.1). */
        private static void next(String delimiter, MessageBytes.Builder out) {
            out.put(bytes("\r\n--" + delimiter + "\r\n"));
        }

        private static void close(String delimiter, MessageBytes.Builder out) {
            out.put(bytes("\r\n--" + delimiter + "--\r\n"));
        }
    }

    /** A part of text with the bytes that carry it. */
    private record Leaf(String subtype, Encoding encoding, Bytes wire, boolean alone) {
        /** @param alone whether the mail has no other part: then its last line needs an end (RFC 5321 §2.3.8) */
        static Leaf of(String subtype, String text, boolean alone) {
            TextBody body = TextBody.of(text, alone);
            return new Leaf(subtype, body.encoding(), body.wire(), alone);
        }

        void writeTo(MessageBytes.Builder out) {
            out.put(bytes("Content-Type: text/" + subtype + "; charset=utf-8\r\n" + transferEncoding(encoding)
                            + "\r\n"))
                    .put(wire.unsafeArray());
            if (alone && encoding == Encoding.BASE64) {
                out.put(CRLF);
            }
        }
    }

    private static String transferEncoding(Encoding encoding) {
        return "Content-Transfer-Encoding: " + encoding.token() + "\r\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
