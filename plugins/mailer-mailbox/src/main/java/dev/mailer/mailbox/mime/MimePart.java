// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox.mime;

import jakarta.mail.internet.ContentDisposition;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One part of a mail: its header and where its body lies in the stored bytes. */
public final class MimePart {
    private static final Pattern TYPE = Pattern.compile("\\s*([\\w!#$&^.+-]{1,127}/[\\w!#$&^.+-]{1,127})");

    private final int index;
    private final int depth;
    private final byte[] mail;
    private final HeaderFields header;
    private final int end;
    private final String type;
    private final @Nullable ContentType contentType;
    private final @Nullable ContentDisposition disposition;
    private final List<MimePart> children = new ArrayList<>();

    MimePart(int index, int depth, byte[] mail, HeaderFields header, int end, String defaultType) {
        this.index = index;
        this.depth = depth;
        this.mail = mail;
        this.header = header;
        this.end = end;
        String declared = header.first("Content-Type");
        this.contentType = declared == null ? null : parseType(declared);
        this.type = typeOf(declared, contentType, defaultType);
        this.disposition = parseDisposition(header.first("Content-Disposition"));
    }

    /** The number of this part in its mail, from 0, in the order of the bytes. */
    public int index() {
        return index;
    }

    /** 0 for the mail itself. */
    public int depth() {
        return depth;
    }

    public HeaderFields header() {
        return header;
    }

    /** Lower case, without parameters; always of the form {@code type/subtype}. */
    public String type() {
        return type;
    }

    /** Lower case: {@code base64}, {@code quoted-printable} or what else it claims; {@code 7bit} when it claims none. */
    public String encoding() {
        String value = header.first("Content-Transfer-Encoding");
        if (value == null || value.isBlank()) {
            return "7bit";
        }
        int stop = value.indexOf(';');
        return (stop < 0 ? value : value.substring(0, stop)).strip().toLowerCase(Locale.ROOT);
    }

    /** Lower case; empty when there is none. */
    public String disposition() {
        String value = disposition == null ? null : disposition.getDisposition();
        return value == null ? "" : value.toLowerCase(Locale.ROOT);
    }

    /** The file name as its sender gave it, a hostile string; empty when there is none. */
    public String fileName() {
        String name = disposition == null ? null : disposition.getParameter("filename");
        if (name == null && contentType != null) {
            name = contentType.getParameter("name");
        }
        return name == null ? "" : HeaderFields.decode(name);
    }

    /** The Content-ID without angle brackets; empty when there is none. */
    public String contentId() {
        String value = header.first("Content-ID");
        if (value == null) {
            return "";
        }
        String id = value.strip();
        return id.startsWith("<") && id.endsWith(">") && id.length() > 2 ? id.substring(1, id.length() - 1) : id;
    }

    public List<MimePart> children() {
        return List.copyOf(children);
    }

    /** Bytes of the body as it is on the wire. */
    public int encodedSize() {
        return end - start();
    }

    public boolean isMultipart() {
        return type.startsWith("multipart/");
    }

    public boolean isMail() {
        return type.equals("message/rfc822") || type.equals("message/global");
    }

    /** True for text and HTML that were meant to be read rather than saved. */
    boolean isBody() {
        return (type.equals("text/plain") || type.equals("text/html"))
                && !disposition().equals("attachment")
                && children.isEmpty();
    }

    void add(MimePart child) {
        children.add(child);
    }

    byte[] mail() {
        return mail;
    }

    int start() {
        return header.bodyStart();
    }

    int end() {
        return end;
    }

    @Nullable
    String parameter(String name) {
        return contentType == null ? null : contentType.getParameter(name);
    }

    private static @Nullable ContentType parseType(String value) {
        try {
            return new ContentType(value);
        } catch (ParseException | RuntimeException e) {
            return null;
        }
    }

    private static @Nullable ContentDisposition parseDisposition(@Nullable String value) {
        if (value == null) {
            return null;
        }
        try {
            return new ContentDisposition(value);
        } catch (ParseException | RuntimeException e) {
            return null;
        }
    }

    private static String typeOf(@Nullable String declared, @Nullable ContentType parsed, String defaultType) {
        String candidate = parsed == null ? declared : parsed.getBaseType();
        if (candidate == null) {
            return defaultType;
        }
        Matcher m = TYPE.matcher(candidate);
        return m.lookingAt() ? m.group(1).toLowerCase(Locale.ROOT) : "text/plain";
    }
}
