// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import java.util.ArrayList;
import java.util.List;

/**
 * A header value in pieces with blanks between them: those that must become encoded words (RFC 2047), and those that stay as they
 * are, because a reader looks for an address, an id or a URL there. Neighbours that must be encoded are one piece, since whoever
 * decodes drops the blanks between encoded words. Not thread-safe.
 */
final class HeaderWords {
    /** Longest run without a blank that is still written as it is. */
    static final int MAX_TOKEN = 900;
    /** Longest run of blanks that is still written as it is; behind it a word still fits on its line. */
    static final int MAX_BLANKS = 40;

    /** A run of the value; {@code blanks} go before it, and a line may be folded before them unless it is the first. */
    record Piece(String blanks, String text, boolean encoded, boolean first) {}

    private final List<Piece> done = new ArrayList<>();
    /** The piece that may still grow; none while it is empty. */
    private final StringBuilder text = new StringBuilder();

    private String before = " ";
    private boolean encoded;

    /** What a caller gave: it shall be read just so, even where it looks like an encoded word. */
    static List<Piece> ofText(String value) {
        if (value.isEmpty() || isBlank(value, 0) || isBlank(value, value.length() - 1)) {
            return List.of(new Piece(" ", value, true, true));
        }
        return split(value, HeaderWords::mustBeEncoded);
    }

    /** What stood in a finished mail: encoded words stay, and what is not ASCII joins them. */
    static List<Piece> ofRaw(String value) {
        return split(value, word -> !isAscii(word));
    }

    /** Adds a run; {@code blanks} stand between it and the one before. */
    void add(String blanks, String run, boolean mustBeEncoded) {
        if (text.isEmpty()) {
            begin(" ", run, mustBeEncoded);
        } else if (blanks.length() > MAX_BLANKS || (encoded && mustBeEncoded)) {
            encode();
            text.append(blanks).append(run);
        } else if (mustBeEncoded && isEncodedWord(text)) {
            begin(" ", blanks + run, true);
        } else if (encoded && isEncodedWord(run)) {
            text.append(blanks);
            begin(" ", run, false);
        } else {
            begin(blanks, run, mustBeEncoded);
        }
    }

    /** Lets the last piece end in a mark, such as a comma; false when it cannot, and the mark is to be added for itself. */
    boolean endIn(char mark, String marks) {
        if (text.isEmpty() || encoded || marks.indexOf(text.charAt(text.length() - 1)) >= 0) {
            return false;
        }
        text.append(mark);
        return true;
    }

    /** All in order; nothing can be added behind it. */
    List<Piece> pieces() {
        end();
        return done;
    }

    private void begin(String blanks, String run, boolean mustBeEncoded) {
        end();
        before = blanks;
        text.append(run);
        encoded = mustBeEncoded;
    }

    private void end() {
        if (!text.isEmpty()) {
            done.add(new Piece(before, text.toString(), encoded, done.isEmpty()));
            text.setLength(0);
        }
    }

    /** What becomes encoded for what follows may have an encoded neighbour in front of it. */
    private void encode() {
        if (encoded) {
            return;
        }
        encoded = true;
        Piece last = done.isEmpty() ? null : done.get(done.size() - 1);
        if (last != null && last.encoded()) {
            done.remove(done.size() - 1);
            text.insert(0, last.text() + before);
            before = last.blanks();
        }
    }

    private interface Rule {
        boolean mustBeEncoded(String word);
    }

    private static List<Piece> split(String value, Rule rule) {
        HeaderWords words = new HeaderWords();
        for (int at = 0; at < value.length(); ) {
            int start = at;
            while (start < value.length() && isBlank(value, start)) {
                start++;
            }
            int end = start;
            while (end < value.length() && !isBlank(value, end)) {
                end++;
            }
            String word = value.substring(start, end);
            words.add(value.substring(at, start), word, rule.mustBeEncoded(word));
            at = end;
        }
        return words.pieces();
    }

    /** Beside encoded words some readers take the start of one, or what looks like it, for one. */
    private static boolean mustBeEncoded(String word) {
        return !isAscii(word) || word.length() > MAX_TOKEN || (word.contains("=?") && !isUrl(word));
    }

    /** Perhaps with a comma behind it. */
    private static boolean isUrl(String word) {
        return word.startsWith("<") && word.indexOf(':') > 0 && word.indexOf('>') > 0;
    }

    /**
     * True for printable ASCII that every reader gives back as it is: no blank at its ends, nothing that looks like an encoded
     * word, and nowhere so long a run without a blank, or of blanks, that it is better not left on a line.
     */
    static boolean isPlain(String value) {
        int run = 0;
        int blanks = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c >= 127) {
                return false;
            }
            boolean blank = isBlank(c);
            run = blank ? 0 : run + 1;
            blanks = blank ? blanks + 1 : 0;
            if (run > MAX_TOKEN || blanks > MAX_BLANKS) {
                return false;
            }
        }
        return value.isEmpty()
                || (!isBlank(value.charAt(0)) && !isBlank(value.charAt(value.length() - 1)) && !hasEncodedWord(value));
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /**
     * True when a reader could take a part of the value for an encoded word (RFC 2047 §2). Some do so amid a word, or across
     * blanks.
     */
    static boolean hasEncodedWord(String value) {
        int start = value.indexOf("=?");
        if (start < 0) {
            return false;
        }
        int at = value.indexOf('?', start + 3);
        while (at >= 0 && at + 2 < value.length()) {
            if ("bBqQ".indexOf(value.charAt(at + 1)) >= 0 && value.charAt(at + 2) == '?') {
                return value.indexOf("?=", at + 2) >= 0;
            }
            at = value.indexOf('?', at + 1);
        }
        return false;
    }

    private static boolean isEncodedWord(CharSequence word) {
        int length = word.length();
        return length > 4
                && word.charAt(0) == '='
                && word.charAt(1) == '?'
                && word.charAt(length - 2) == '?'
                && word.charAt(length - 1) == '=';
    }

    static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 127);
    }

    private static boolean isBlank(String value, int at) {
        return isBlank(value.charAt(at));
    }
}
