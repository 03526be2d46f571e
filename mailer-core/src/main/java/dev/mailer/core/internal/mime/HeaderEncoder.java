// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.Address;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Writes header fields: folded at 78 characters where a blank allows it (RFC 5322 §2.1.1), never a line above 998, never a
 * line end that is not followed by a blank, and everything that is not plain ASCII as encoded words (RFC 2047). Values have
 * been checked before: they hold no CR, LF or NUL.
 */
final class HeaderEncoder {
    private static final int FOLD = 78;
    /** RFC 2047 §2. */
    private static final int MAX_WORD = 75;
    /** Longest run without a blank that is still written as it is. */
    private static final int MAX_TOKEN = 900;

    private static final String WORD_START = "=?utf-8?";
    private static final String WORD_END = "?=";
    /** Besides letters and digits, what may stand in a Q word anywhere, phrases included (RFC 2047 §5). */
    private static final String Q_SAFE = "!*+-/";
    /** What atext has besides letters and digits (RFC 5322 §3.2.3). */
    private static final String ATEXT_SYMBOLS = "!#$%&'*+-/=?^_`{|}~";

    private final StringBuilder out;
    /** Characters on the current line. */
    private int column;

    private HeaderEncoder(StringBuilder out) {
        this.out = out;
    }

    /** A field whose value is text: Subject, or one of the caller's own. */
    static void text(StringBuilder out, String name, String value) {
        HeaderEncoder encoder = new HeaderEncoder(out);
        encoder.start(name);
        if (isPlain(value)) {
            encoder.folded(value);
        } else {
            encoder.words(value);
        }
        encoder.end();
    }

    /** A field that holds mailboxes (RFC 5322 §3.4). */
    static void mailboxes(StringBuilder out, String name, List<Address> mailboxes) {
        HeaderEncoder encoder = new HeaderEncoder(out);
        encoder.start(name);
        for (int i = 0; i < mailboxes.size(); i++) {
            encoder.mailbox(mailboxes.get(i), i == 0, i == mailboxes.size() - 1);
        }
        encoder.end();
    }

    /** Encoded words alone, for a parameter of old readers; the first as if it stood at a column. */
    static String words(String value, int column) {
        HeaderEncoder encoder = new HeaderEncoder(new StringBuilder());
        encoder.column = column;
        encoder.words(value);
        return encoder.out.toString().strip();
    }

    private void start(String name) {
        out.append(name).append(':');
        column = name.length() + 1;
    }

    private void end() {
        out.append("\r\n");
    }

    private void mailbox(Address mailbox, boolean first, boolean last) {
        String spec = mailbox.spec();
        String comma = last ? "" : ",";
        String name = mailbox.name();
        if (name == null) {
            blankOrFold(spec.length() + comma.length(), first);
            append(spec);
        } else {
            if (isPlain(name)) {
                String phrase = isAtoms(name) ? name : quoted(name);
                blankOrFold(phrase.length(), first);
                append(phrase);
            } else {
                words(name);
            }
            blankOrFold(spec.length() + 2 + comma.length(), false);
            append("<");
            append(spec);
            append(">");
        }
        append(comma);
    }

    /** The blank between two tokens, on a new line when the next does not fit on this one. */
    private void blankOrFold(int next, boolean first) {
        if (!first && column + 1 + next > FOLD) {
            fold();
        } else {
            append(" ");
        }
    }

    private void fold() {
        out.append("\r\n ");
        column = 1;
    }

    private void append(String text) {
        out.append(text);
        column += text.length();
    }

    /** Plain text, folded before runs of blanks, which stay as they are. */
    private void folded(String value) {
        append(" ");
        int at = 0;
        while (at < value.length()) {
            int blanks = at;
            while (blanks < value.length() && isBlank(value.charAt(blanks))) {
                blanks++;
            }
            int end = blanks;
            while (end < value.length() && !isBlank(value.charAt(end))) {
                end++;
            }
            if (blanks > at && column + (end - at) > FOLD) {
                out.append("\r\n");
                column = 0;
            }
            append(value.substring(at, end));
            at = end;
        }
    }

    /** Encoded words, split between code points; whoever decodes drops the blanks between them (RFC 2047 §6.2). */
    private void words(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        boolean base64 = base64IsShorter(utf8);
        int at = 0;
        boolean first = true;
        while (at < utf8.length) {
            int room = Math.min(MAX_WORD, FOLD - column - 1) - WORD_START.length() - 2 - WORD_END.length();
            if (room < 12) {
                fold();
                column = 0;
                room = MAX_WORD - WORD_START.length() - 2 - WORD_END.length();
            } else if (first) {
                append(" ");
            }
            int end = wordEnd(utf8, at, room, base64);
            append(WORD_START);
            append(base64 ? "B?" : "Q?");
            if (base64) {
                append(new String(
                        Base64.getEncoder().encode(Arrays.copyOfRange(utf8, at, end)), StandardCharsets.US_ASCII));
            } else {
                q(utf8, at, end);
            }
            append(WORD_END);
            at = end;
            first = false;
            if (at < utf8.length) {
                fold();
                column = 0;
            }
        }
    }

    private static int wordEnd(byte[] utf8, int start, int room, boolean base64) {
        int end = start;
        int length = 0;
        while (end < utf8.length) {
            int next = end + 1;
            while (next < utf8.length && (utf8[next] & 0xC0) == 0x80) {
                next++;
            }
            int grown = length;
            for (int i = end; i < next; i++) {
                grown += base64 || isQSafe(utf8[i]) || utf8[i] == ' ' ? 1 : 3;
            }
            int encoded = base64 ? (grown + 2) / 3 * 4 : grown;
            if (encoded > room && end > start) {
                break;
            }
            length = grown;
            end = next;
        }
        return end;
    }

    private static boolean base64IsShorter(byte[] utf8) {
        int q = 0;
        for (byte b : utf8) {
            q += isQSafe(b) || b == ' ' ? 1 : 3;
        }
        return q > (utf8.length + 2) / 3 * 4;
    }

    private void q(byte[] utf8, int start, int end) {
        for (int i = start; i < end; i++) {
            byte b = utf8[i];
            if (b == ' ') {
                append("_");
            } else if (isQSafe(b)) {
                out.append((char) b);
                column++;
            } else {
                out.append('=')
                        .append(Character.toUpperCase(Character.forDigit((b >> 4) & 15, 16)))
                        .append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
                column += 3;
            }
        }
    }

    private static boolean isQSafe(byte b) {
        return isAlphanumeric((char) b) || Q_SAFE.indexOf(b) >= 0;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /**
     * True for printable ASCII that every reader gives back as it is: no blank at its ends, nothing that looks like an encoded
     * word, and nowhere so long without a blank that a line could not hold it.
     */
    static boolean isPlain(String value) {
        int run = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c >= 127) {
                return false;
            }
            run = isBlank(c) ? 0 : run + 1;
            if (run > MAX_TOKEN) {
                return false;
            }
        }
        return value.isEmpty()
                || (!isBlank(value.charAt(0)) && !isBlank(value.charAt(value.length() - 1)) && !value.contains("=?"));
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isAtoms(String name) {
        boolean blank = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == ' ') {
                if (blank) {
                    return false;
                }
                blank = true;
            } else if (isAlphanumeric(c) || ATEXT_SYMBOLS.indexOf(c) >= 0) {
                blank = false;
            } else {
                return false;
            }
        }
        return !blank;
    }

    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
