// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.InvalidEmailException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A finished message (RFC 5322): its bytes, every line ending in CRLF, and where its header fields stand. Linear in time and,
 * beside the bytes, bounded in memory. Immutable.
 */
public final class RawMail {
    /** Longest header block in bytes. */
    public static final int MAX_HEADER_BLOCK = 256 * 1024;
    /** Most header fields. */
    public static final int MAX_FIELDS = 1_000;

    private static final String FIELD = "raw";
    private static final Set<String> HIDDEN = Set.of("bcc", "resent-bcc");

    /** A header field: its name, and where it starts and ends (behind its last CRLF) in the bytes. */
    record Field(String name, int start, int end) {}

    private final byte[] bytes;
    private final List<Field> fields;
    private final int bodyStart;

    private RawMail(byte[] bytes, List<Field> fields, int bodyStart) {
        this.bytes = bytes;
        this.fields = List.copyOf(fields);
        this.bodyStart = bodyStart;
    }

    /**
     * Takes a message as a caller gave it: bare CR and bare LF become CRLF, Bcc and Resent-Bcc go, the last line gets its
     * end; all else stays.
     *
     * @throws InvalidEmailException for the field {@code raw}: NUL, a header that is none, or more of anything than the
     *     limits allow
     */
    public static RawMail accept(byte[] given) {
        if (given.length == 0) {
            throw new InvalidEmailException(FIELD, "there is no header");
        }
        int nul = ByteScan.firstNul(given);
        if (nul < given.length) {
            throw new InvalidEmailException(FIELD, "holds NUL at " + nul);
        }
        RawMail mail = read(LineEnds.toCrLf(given, true)).withoutHidden();
        MimeLimits.check(mail);
        return mail;
    }

    /** Reads what {@link #accept} has made; the array is taken over and must not be changed. */
    public static RawMail read(byte[] accepted) {
        List<Field> fields = new ArrayList<>();
        int at = 0;
        while (at < accepted.length && !isCrLf(accepted, at)) {
            if (fields.size() == MAX_FIELDS) {
                throw new InvalidEmailException(FIELD, "the header has more than " + MAX_FIELDS + " fields");
            }
            int end = fieldEnd(accepted, at);
            fields.add(new Field(fieldName(accepted, at, end, fields.size() + 1), at, end));
            at = end;
        }
        if (fields.isEmpty()) {
            throw new InvalidEmailException(FIELD, "there is no header");
        }
        return new RawMail(accepted, fields, Math.min(at + 2, accepted.length));
    }

    /** The message; must not be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where the body starts: behind the empty line. */
    int bodyStart() {
        return bodyStart;
    }

    boolean hasEightBitBody() {
        return !ByteScan.isAscii(bytes, bodyStart, bytes.length);
    }

    List<Field> fields() {
        return fields;
    }

    /** The first value of a field, unfolded, in UTF-8 (or Latin-1 where it is not UTF-8), not decoded; null when it is absent. */
    public @Nullable String header(String name) {
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                return value(field);
            }
        }
        return null;
    }

    /** The value of a field without its folds and the blanks around it. */
    String value(Field field) {
        int colon = field.start();
        while (bytes[colon] != ':') {
            colon++;
        }
        StringBuilder unfolded = new StringBuilder(field.end() - colon);
        String folded = HeaderText.decode(bytes, colon + 1, field.end());
        for (int i = 0; i < folded.length(); i++) {
            char c = folded.charAt(i);
            if (c != '\r' && c != '\n') {
                unfolded.append(c);
            }
        }
        return unfolded.toString().strip();
    }

    private RawMail withoutHidden() {
        boolean none = fields.stream().noneMatch(f -> HIDDEN.contains(f.name().toLowerCase(Locale.ROOT)));
        if (none) {
            return this;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
        for (Field field : fields) {
            if (!HIDDEN.contains(field.name().toLowerCase(Locale.ROOT))) {
                out.write(bytes, field.start(), field.end() - field.start());
            }
        }
        int headerEnd = fields.get(fields.size() - 1).end();
        out.write(bytes, headerEnd, bytes.length - headerEnd);
        return read(out.toByteArray());
    }

    /** Behind the CRLF that no blank follows (RFC 5322 §2.2.3). */
    private static int fieldEnd(byte[] bytes, int start) {
        int at = start;
        while (at < bytes.length) {
            if (at >= MAX_HEADER_BLOCK) {
                throw new InvalidEmailException(FIELD, "the header has more than " + MAX_HEADER_BLOCK + " bytes");
            }
            if (bytes[at] == '\n') {
                at++;
                if (at >= bytes.length || !isBlank(bytes[at])) {
                    return at;
                }
            } else {
                at++;
            }
        }
        return at;
    }

    /** Blanks before the colon are obsolete but read (RFC 5322 §4.5), so that no field hides behind them. */
    private static String fieldName(byte[] bytes, int start, int end, int number) {
        int colon = start;
        while (colon < end && bytes[colon] > ' ' && bytes[colon] != ':') {
            colon++;
        }
        int nameEnd = colon;
        while (colon < end && isBlank(bytes[colon])) {
            colon++;
        }
        if (nameEnd == start || colon == end || bytes[colon] != ':') {
            throw new InvalidEmailException(FIELD, "header field " + number + " is not a name, a colon and a value");
        }
        return new String(bytes, start, nameEnd - start, StandardCharsets.US_ASCII);
    }

    private static boolean isCrLf(byte[] bytes, int at) {
        return bytes[at] == '\r' && at + 1 < bytes.length && bytes[at + 1] == '\n';
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }
}
