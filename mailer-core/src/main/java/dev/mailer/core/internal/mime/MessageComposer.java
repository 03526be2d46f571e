// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.Attachment;
import dev.mailer.api.spi.MessageSigner;
import dev.mailer.core.internal.mime.Part.Encoding;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Turns drafts into messages. The structure is the smallest that carries the content: text or HTML alone, alternative for both,
 * related around inline images, mixed around files. A pure function of the draft. Thread-safe.
 */
public final class MessageComposer {
    private final PartWriter writer;

    public MessageComposer() {
        this((root, out) -> FirstUse.WRITER.write(root, out));
    }

    /** Jakarta Mail is loaded with the first mail, not when a mailer starts. */
    private static final class FirstUse {
        static final PartWriter WRITER = new JakartaPartWriter();
    }

    MessageComposer(PartWriter writer) {
        this.writer = writer;
    }

    /** The draft must not be edited afterwards. */
    public ComposedMessage compose(MailDraft draft) {
        List<DraftField> fields = List.copyOf(draft.fields());
        RawMail raw = draft.raw();
        if (raw == null) {
            Part root = new Structure(draft).root();
            return new ComposedMessage(
                    out -> writer.write(root, out), null, new ComposedMessage.Needs(needsSmtpUtf8(fields), false));
        }
        MessageSigner.Message given =
                out -> writeRaw(fields.stream().map(DraftField::wire).toList(), raw, out);
        if (fields.stream().noneMatch(DraftField::isEightBit)) {
            return new ComposedMessage(
                    given, null, new ComposedMessage.Needs(needsSmtpUtf8(fields), raw.hasEightBitBody()));
        }
        List<byte[]> ascii = fields.stream().map(DraftField::asciiWire).toList();
        boolean smtpUtf8 = !ascii.stream().allMatch(field -> ByteScan.isAscii(field, 0, field.length));
        return new ComposedMessage(
                given, out -> writeRaw(ascii, raw, out), new ComposedMessage.Needs(smtpUtf8, raw.hasEightBitBody()));
    }

    private static boolean needsSmtpUtf8(List<DraftField> fields) {
        return fields.stream().anyMatch(DraftField::needsSmtpUtf8);
    }

    private static void writeRaw(List<byte[]> header, RawMail raw, OutputStream out) throws IOException {
        for (byte[] field : header) {
            out.write(field);
        }
        out.write('\r');
        out.write('\n');
        out.write(raw.bytes(), raw.bodyStart(), raw.bytes().length - raw.bodyStart());
    }

    /** Builds the parts of one mail, from the inside out. */
    private static final class Structure {
        private final MailDraft draft;
        private final String boundary;
        private int boundaries;

        Structure(MailDraft draft) {
            this.draft = draft;
            this.boundary = "=_m_" + draft.messageId().toString().replace("-", "") + '_';
        }

        Part root() {
            List<Attachment> inline = new ArrayList<>();
            List<Attachment> files = new ArrayList<>();
            for (Attachment attachment : draft.attachments()) {
                // Without HTML nothing shows an inline image.
                (attachment.contentId() != null && draft.html() != null ? inline : files).add(attachment);
            }
            List<String> message = new ArrayList<>();
            for (DraftField field : draft.fields()) {
                String line = new String(field.wire(), StandardCharsets.UTF_8);
                message.add(line.substring(0, line.length() - 2));
            }
            return files.isEmpty() ? body(inline, message) : mixed(inline, files, message);
        }

        private Part mixed(List<Attachment> inline, List<Attachment> files, List<String> message) {
            String delimiter = nextBoundary();
            List<Part> parts = new ArrayList<>();
            parts.add(body(inline, List.of()));
            for (Attachment file : files) {
                parts.add(attachment(file, "attachment"));
            }
            return multi("mixed", "", delimiter, message, parts);
        }

        private Part body(List<Attachment> inline, List<String> message) {
            String text = draft.text();
            if (draft.html() == null) {
                return text("plain", Objects.requireNonNullElse(text, ""), message);
            }
            if (text == null) {
                return html(inline, message);
            }
            String delimiter = nextBoundary();
            return multi(
                    "alternative",
                    "",
                    delimiter,
                    message,
                    List.of(text("plain", text, List.of()), html(inline, List.of())));
        }

        private Part html(List<Attachment> inline, List<String> message) {
            String html = Objects.requireNonNull(draft.html(), "html");
            if (inline.isEmpty()) {
                return text("html", html, message);
            }
            String delimiter = nextBoundary();
            List<Part> parts = new ArrayList<>();
            parts.add(text("html", html, List.of()));
            for (Attachment image : inline) {
                parts.add(attachment(image, "inline"));
            }
            return multi("related", "; type=\"text/html\"", delimiter, message, parts);
        }

        private static Part text(String subtype, String text, List<String> message) {
            TextBody body = TextBody.of(text, !message.isEmpty());
            List<String> headers = new ArrayList<>(message);
            headers.add("Content-Type: text/" + subtype + "; charset=utf-8");
            headers.add("Content-Transfer-Encoding: " + body.encoding().token());
            return new Part.Leaf(headers, body.encoding(), body.body());
        }

        private static Part attachment(Attachment file, String disposition) {
            List<String> headers = new ArrayList<>();
            headers.add(FileNames.contentType(type(file), file.fileName()));
            headers.add("Content-Transfer-Encoding: base64");
            headers.add(FileNames.disposition(disposition, file.fileName()));
            if (file.contentId() != null) {
                headers.add("Content-ID: <" + file.contentId() + '>');
            }
            return new Part.Leaf(headers, Encoding.BASE64, file::open);
        }

        /** Messages and multiparts may not be base64 (RFC 2045 §6.4); as a file of bytes they arrive whole. */
        private static String type(Attachment file) {
            String lower = file.contentType().toLowerCase(Locale.ROOT);
            return lower.startsWith("message/") || lower.startsWith("multipart/")
                    ? Attachment.DEFAULT_TYPE
                    : file.contentType();
        }

        private static Part multi(
                String subtype, String parameters, String delimiter, List<String> message, List<Part> parts) {
            List<String> headers = new ArrayList<>(message);
            headers.add("Content-Type: multipart/" + subtype + parameters + ";\r\n boundary=\"" + delimiter + '"');
            return new Part.Multi(headers, delimiter, parts);
        }

        private String nextBoundary() {
            return boundary + ++boundaries;
        }
    }
}
