// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox.mime;

import jakarta.mail.internet.MimeUtility;
import java.io.UnsupportedEncodingException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The header fields of one part, in their order, bounded in number and size. Immutable. */
public final class HeaderFields {
    /** Fields kept of one part. */
    public static final int MAX_FIELDS = 1_000;
    /** Bytes of one header that are read. */
    public static final int MAX_BYTES = 256 * 1024;
    /** Bytes of one field that are kept. */
    public static final int MAX_FIELD = 32 * 1024;

    /** One field: the name, and the value unfolded with its encoded words as they are on the wire. */
    public record Field(String name, String value) {
        /** The value with its encoded words (RFC 2047) read. */
        public String decoded() {
            return decode(value);
        }
    }

    private final List<Field> fields;
    private final int bodyStart;
    private final boolean cut;

    private HeaderFields(List<Field> fields, int bodyStart, boolean cut) {
        this.fields = List.copyOf(fields);
        this.bodyStart = bodyStart;
        this.cut = cut;
    }

    /** Reads the header of a whole mail. */
    public static HeaderFields ofMail(byte[] mail) {
        return read(mail, 0, mail.length);
    }

    /** Reads from {@code start} to the first empty line; lines that are no field (RFC 5322 §2.2) are passed over. */
    static HeaderFields read(byte[] mail, int start, int end) {
        List<Field> fields = new ArrayList<>();
        boolean cut = false;
        int at = start;
        while (at < end) {
            int next = lineAfter(mail, at, end);
            if (isEmptyLine(mail, at, next)) {
                return new HeaderFields(fields, next, cut);
            }
            int fieldEnd = next;
            while (fieldEnd < end && (mail[fieldEnd] == ' ' || mail[fieldEnd] == '\t')) {
                int after = lineAfter(mail, fieldEnd, end);
                if (isEmptyLine(mail, fieldEnd, after)) {
                    break;
                }
                fieldEnd = after;
            }
            if (fields.size() >= MAX_FIELDS || fieldEnd - start > MAX_BYTES) {
                cut = true;
            } else {
                cut |= fieldEnd - at > MAX_FIELD;
                add(fields, mail, at, Math.min(fieldEnd, at + MAX_FIELD));
            }
            at = fieldEnd;
        }
        return new HeaderFields(fields, end, cut);
    }

    /** All fields. */
    public List<Field> all() {
        return fields;
    }

    /** The decoded value of the first field of a name; empty when there is none. */
    public String decoded(String name) {
        String value = first(name);
        return value == null ? "" : decode(value);
    }

    /** The first value of a name, as it is on the wire but unfolded; null when there is none. */
    @Nullable
    String first(String name) {
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                return field.value();
            }
        }
        return null;
    }

    int bodyStart() {
        return bodyStart;
    }

    /** True when something was left out. */
    boolean cut() {
        return cut;
    }

    private static void add(List<Field> fields, byte[] mail, int start, int end) {
        int colon = start;
        while (colon < end && mail[colon] != ':' && mail[colon] != '\n') {
            colon++;
        }
        if (colon == start || colon == end || mail[colon] != ':') {
            return;
        }
        String name = Charsets.guess(mail, start, colon).strip();
        if (!name.isEmpty() && name.indexOf(' ') < 0) {
            fields.add(new Field(name, unfold(Charsets.guess(mail, colon + 1, end))));
        }
    }

    /** RFC 5322 §2.2.3: unfolding removes the line ends only. */
    private static String unfold(String text) {
        StringBuilder unfolded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\r' && c != '\n') {
                unfolded.append(c);
            }
        }
        return unfolded.toString().strip();
    }

    static String decode(String value) {
        if (!value.contains("=?")) {
            return value;
        }
        try {
            return MimeUtility.decodeText(value);
        } catch (UnsupportedEncodingException | RuntimeException e) {
            return value;
        }
    }

    static int lineAfter(byte[] mail, int at, int end) {
        int i = at;
        while (i < end && mail[i] != '\n') {
            i++;
        }
        return Math.min(i + 1, end);
    }

    private static boolean isEmptyLine(byte[] mail, int at, int next) {
        for (int i = at; i < next; i++) {
            if (mail[i] != '\r' && mail[i] != '\n') {
                return false;
            }
        }
        return true;
    }
}
