// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.Address;
import dev.mailer.api.Attachment;
import dev.mailer.api.Content;
import dev.mailer.api.Email;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a reader sees of a mail, or should see.
 *
 * @param structure types, those of the parts in brackets
 * @param own values of the fields {@code X-Own}
 */
record ReadMail(String structure, String subject, List<Box> from, List<Box> to, List<String> own, List<Leaf> leaves) {
    record Box(String name, String address) {}

    /**
     * A part that has no parts.
     *
     * @param fileName empty for none, as is {@code contentId}
     * @param content the text of a body, and the digest of a file
     */
    record Leaf(String type, String fileName, String contentId, String content) {}

    /** What every reader should see of a mail that is composed. */
    static ReadMail expected(Email email) {
        Content.Literal content = (Content.Literal) email.content();
        List<Leaf> inline = new ArrayList<>();
        List<Leaf> files = new ArrayList<>();
        for (Attachment a : content.attachments()) {
            (a.contentId() != null && content.html() != null ? inline : files).add(leaf(a));
        }
        boolean alone = inline.isEmpty() && files.isEmpty() && (content.text() == null || content.html() == null);
        List<Leaf> leaves = new ArrayList<>();
        String structure = "";
        if (content.text() != null) {
            leaves.add(body("text/plain", content.text(), alone));
            structure = "text/plain";
        }
        if (content.html() != null) {
            leaves.add(body("text/html", content.html(), alone));
            String html = inline.isEmpty() ? "text/html" : "multipart/related(text/html" + types(inline) + ")";
            structure = structure.isEmpty() ? html : "multipart/alternative(text/plain," + html + ")";
        }
        leaves.addAll(inline);
        leaves.addAll(files);
        return new ReadMail(
                files.isEmpty() ? structure : "multipart/mixed(" + structure + types(files) + ")",
                Objects.requireNonNullElse(email.subject(), ""),
                boxes(List.of(Objects.requireNonNull(email.from()))),
                boxes(email.to()),
                email.headers().stream()
                        .filter(h -> h.name().equals("X-Own"))
                        .map(h -> h.value())
                        .toList(),
                leaves);
    }

    /** A text as it is sent: with CRLF for every line end. */
    static String crLf(String text) {
        return text.replaceAll("\r\n|\r|\n", "\r\n");
    }

    /** Bytes, in few letters. */
    static String digest(byte[] bytes) {
        return bytes.length + " bytes: "
                + (bytes.length < 20 ? HexFormat.of().formatHex(bytes) : Integer.toHexString(Arrays.hashCode(bytes)));
    }

    static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    private static Leaf body(String type, String text, boolean alone) {
        String sent = crLf(text);
        return new Leaf(type, "", "", alone && !sent.endsWith("\r\n") ? sent + "\r\n" : sent);
    }

    private static Leaf leaf(Attachment file) {
        String type = file.contentType().replaceAll(";.*", "").strip().toLowerCase(Locale.ROOT);
        String sent = type.startsWith("message/") || type.startsWith("multipart/") ? Attachment.DEFAULT_TYPE : type;
        String id = file.contentId() == null ? "" : file.contentId();
        try (InputStream in = file.open()) {
            return new Leaf(sent, file.fileName(), id, digest(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String types(List<Leaf> leaves) {
        StringBuilder types = new StringBuilder();
        leaves.forEach(l -> types.append(',').append(l.type()));
        return types.toString();
    }

    private static List<Box> boxes(List<Address> addresses) {
        return addresses.stream()
                .map(a -> new Box(Objects.requireNonNullElse(a.name(), ""), a.spec()))
                .toList();
    }
}
