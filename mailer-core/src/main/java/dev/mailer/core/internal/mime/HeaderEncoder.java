// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.Address;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Writes header fields: folded at 78 characters where a blank allows it (RFC 5322 §2.1.1), at 76 where encoded words are, never a
 * line above 998, never a line end that is not followed by a blank, and what is not plain ASCII as encoded words (RFC 2047). Values
 * have been checked before: they hold no CR, LF or NUL.
 */
final class HeaderEncoder {
    private static final int FOLD = 78;
    /** RFC 2047 §2, and of a line that holds one. */
    private static final int MAX_WORD = 75;

    private static final int FOLD_WORDS = 76;
    /** Characters that a word must have room for, so that it is worth while and any code point fits. */
    private static final int MIN_ROOM = 12;

    private static final String WORD_START = "=?utf-8?";
    private static final String WORD_END = "?=";
    /** Besides letters and digits, what may stand in a Q word anywhere, phrases included (RFC 2047 §5). */
    private static final String Q_SAFE = "!*+-/";
    /** What atext has besides letters and digits (RFC 5322 §3.2.3). */
    private static final String ATEXT_SYMBOLS = "!#$%&'*+-/=?^_`{|}~";

    private final StringBuilder out;
    /** Characters on the current line. */
    private int column;
    /** Where the current line must end. */
    private int limit = FOLD;

    private HeaderEncoder(StringBuilder out) {
        this.out = out;
    }

    /** A field whose value is text: Subject, which has no structure that a reader looks for, or one of the caller's own. */
    static void text(StringBuilder out, String name, String value) {
        HeaderEncoder encoder = new HeaderEncoder(out);
        encoder.start(name);
        if (HeaderWords.isPlain(value)) {
            encoder.folded(value);
        } else if (name.equalsIgnoreCase("Subject")) {
            encoder.words(" ", value, 0);
        } else {
            HeaderWords.ofText(value).forEach(encoder::piece);
        }
        encoder.end();
    }

    /** A field whose value is taken apart already. */
    static void pieces(StringBuilder out, String name, List<HeaderWords.Piece> pieces) {
        HeaderEncoder encoder = new HeaderEncoder(out);
        encoder.start(name);
        pieces.forEach(encoder::piece);
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

    /** Encoded words alone, for a parameter of old readers in quotes; the first stands at a column. */
    static String words(String value, int column) {
        HeaderEncoder encoder = new HeaderEncoder(new StringBuilder());
        encoder.column = column;
        encoder.words("", value, 1);
        return encoder.out.toString();
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
            if (HeaderWords.isPlain(name)) {
                String phrase = isAtoms(name) ? name : quoted(name);
                blankOrFold(phrase.length(), first);
                append(phrase);
            } else {
                words(" ", name, 0);
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
        if (!first && column + 1 + next > limit) {
            newLine();
        }
        append(" ");
    }

    /** Must be followed by a blank. */
    private void newLine() {
        out.append("\r\n");
        column = 0;
        limit = FOLD;
    }

    private void piece(HeaderWords.Piece piece) {
        String text = piece.text();
        if (piece.encoded() || text.length() > HeaderWords.MAX_TOKEN) {
            words(piece.blanks(), text, 0);
            return;
        }
        if (!piece.first() && column + piece.blanks().length() + text.length() > limit) {
            newLine();
        }
        append(piece.blanks());
        append(text);
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
            while (blanks < value.length() && HeaderWords.isBlank(value.charAt(blanks))) {
                blanks++;
            }
            int end = blanks;
            while (end < value.length() && !HeaderWords.isBlank(value.charAt(end))) {
                end++;
            }
            if (blanks > at && column + (end - at) > FOLD) {
                newLine();
            }
            append(value.substring(at, end));
            at = end;
        }
    }

    /**
     * Encoded words, split between code points; whoever decodes drops the blanks between them (RFC 2047 §6.2).
     *
     * @param blanks before the first of them
     * @param reserved characters that must fit behind each of them on its line
     */
    private void words(String blanks, String value, int reserved) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        boolean base64 = base64IsShorter(utf8);
        String before = blanks;
        for (int at = 0; at < utf8.length; ) {
            if (at > 0 || room(before, reserved) < MIN_ROOM) {
                newLine();
            }
            int end = wordEnd(utf8, at, room(before, reserved), base64);
            append(before);
            append(WORD_START);
            append(base64 ? "B?" : "Q?");
            if (base64) {
                append(new String(
                        Base64.getEncoder().encode(Arrays.copyOfRange(utf8, at, end)), StandardCharsets.US_ASCII));
            } else {
                q(utf8, at, end);
            }
            append(WORD_END);
            limit = FOLD_WORDS;
            at = end;
            before = " ";
        }
    }

    /** What a word may hold on this line. */
    private int room(String blanks, int reserved) {
        int word = Math.min(MAX_WORD, FOLD_WORDS - reserved - column - blanks.length());
        return word - WORD_START.length() - 2 - WORD_END.length();
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
