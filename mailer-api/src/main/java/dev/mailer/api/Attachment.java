// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file that travels with a mail, or an image shown inside its HTML when {@link #contentId()} is set. Immutable; the
 * content is read once, while the mail is accepted.
 */
public final class Attachment {
    /** Used when no media type is given and none can be told from the file name. */
    public static final String DEFAULT_TYPE = "application/octet-stream";

    /** Opens the content from its start; called once per acceptance, on the thread that sends. */
    @FunctionalInterface
    public interface Source {
        InputStream open() throws IOException;

        /** The number of bytes that {@link #open} gives; -1, the default, when only reading tells. */
        default long size() {
            return -1;
        }
    }

    private final String fileName;
    private final String contentType;
    private final @Nullable String contentId;
    private final Source source;

    private Attachment(String fileName, String contentType, @Nullable String contentId, Source source) {
        this.fileName = requireFileName(fileName);
        this.contentType = requireType(contentType);
        this.contentId = contentId;
        this.source = Objects.requireNonNull(source, "source");
    }

    /** Content that is in memory already; the bytes are copied. */
    public static Attachment of(String fileName, String contentType, byte[] content) {
        return new Attachment(fileName, contentType, null, new InMemory(content.clone()));
    }

    /** Content that is in memory already; the media type follows from the name, the bytes are copied. */
    public static Attachment of(String fileName, byte[] content) {
        return of(fileName, MediaTypes.ofFileName(fileName), content);
    }

    /** Content that is opened when the mail is accepted. */
    public static Attachment of(String fileName, String contentType, Source source) {
        return new Attachment(fileName, contentType, null, source);
    }

    /** A file, under its own name; the media type follows from the name. The file is read when the mail is accepted. */
    public static Attachment of(Path file) {
        Path name = Objects.requireNonNull(file.getFileName(), "file has no name");
        return new Attachment(
                name.toString(), MediaTypes.ofFileName(name.toString()), null, () -> Files.newInputStream(file));
    }

    /** The same content shown inside the HTML part, where {@code <img src="cid:contentId">} names it (RFC 2392). */
    public Attachment inline(String contentId) {
        return new Attachment(fileName, contentType, requireContentId(contentId), source);
    }

    /** The name shown to the reader: one line, without a path. */
    public String fileName() {
        return fileName;
    }

    public String contentType() {
        return contentType;
    }

    /** The content id without angle brackets; null for an ordinary attachment. */
    public @Nullable String contentId() {
        return contentId;
    }

    /** The number of bytes of the content; -1 when it is not known before it is read. */
    public long size() {
        return source.size();
    }

    /** Opens the content; the caller closes it. */
    public InputStream open() throws IOException {
        return source.open();
    }

    /** Name and type, never the content. */
    @Override
    public String toString() {
        return "Attachment[" + contentType + (contentId == null ? "" : ", inline") + "]";
    }

    private static final class InMemory implements Source {
        private final byte[] content;

        InMemory(byte[] content) {
            this.content = content;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(content);
        }

        @Override
        public long size() {
            return content.length;
        }
    }

    private static String requireFileName(String name) {
        Objects.requireNonNull(name, "fileName");
        if (name.isEmpty() || name.length() > 255) {
            throw new InvalidEmailException(
                    "attachments", "file name has " + name.length() + " characters, allowed are 1 to 255");
        }
        Lines.requireSingle("attachments", "file name", name);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '/' || c == '\\' || Character.isISOControl(c)) {
                throw new InvalidEmailException(
                        "attachments", "file name holds a path separator or control character at " + i);
            }
        }
        return name;
    }

    private static String requireType(String type) {
        if (!MediaTypes.isValid(type)) {
            throw new InvalidEmailException(
                    "attachments", "content type '" + MediaTypes.shown(type) + "' is not type/subtype (RFC 2045 §5.1)");
        }
        return type;
    }

    private static String requireContentId(String id) {
        if (id.isEmpty() || id.length() > 250) {
            throw new InvalidEmailException(
                    "attachments", "content id has " + id.length() + " characters, allowed are 1 to 250");
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c <= ' ' || c >= 127 || c == '<' || c == '>') {
                throw new InvalidEmailException(
                        "attachments",
                        "content id holds a character that is not allowed at " + i
                                + "; give it without angle brackets");
            }
        }
        return id;
    }
}
