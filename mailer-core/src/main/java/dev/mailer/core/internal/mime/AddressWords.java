// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.Address;
import dev.mailer.api.InvalidEmailException;
import java.util.List;

/**
 * A list of addresses as headers have them (RFC 5322 §3.4), with groups, comments and obsolete forms, in pieces for ASCII: names and
 * comments become encoded words, domains A-labels, and all else stays. A local part that is not ASCII stays, too: the mail then needs
 * SMTPUTF8. Used once.
 */
final class AddressWords {
    private static final String SEPARATORS = ",;:";

    private final String value;
    private final HeaderWords words = new HeaderWords();

    private AddressWords(String value) {
        // a field is folded at tabs as well, and names have none
        this.value = value.replace('\t', ' ');
    }

    static List<HeaderWords.Piece> of(String value) {
        return new AddressWords(value).read();
    }

    private List<HeaderWords.Piece> read() {
        for (int at = 0; at < value.length(); ) {
            int end = end(at);
            take(value.substring(at, end));
            at = end;
        }
        return words.pieces();
    }

    private void take(String lexeme) {
        char first = lexeme.charAt(0);
        if (first == ' ') {
            return;
        }
        if (SEPARATORS.indexOf(first) >= 0) {
            if (!words.endIn(first, SEPARATORS)) {
                plain(lexeme);
            }
        } else if (HeaderWords.isAscii(lexeme)) {
            plain(lexeme);
        } else if (first == '(') {
            comment(lexeme);
        } else if (first == '<' && lexeme.indexOf('@') >= 0) {
            boolean closed = lexeme.endsWith(">");
            plain('<' + ascii(lexeme.substring(1, lexeme.length() - (closed ? 1 : 0))) + (closed ? ">" : ""));
        } else {
            boolean address = isAddress(lexeme);
            words.add(" ", address ? ascii(lexeme) : unquoted(lexeme), !address);
        }
    }

    /**
     * Where the lexeme at an index ends: a run of blanks, a separator, a comment, an address in brackets, or atoms and quoted
     * strings that stick together.
     */
    private int end(int start) {
        char first = value.charAt(start);
        if (SEPARATORS.indexOf(first) >= 0) {
            return start + 1;
        }
        if (first == '(' || first == '<') {
            return endOfBrackets(start, first, first == '(' ? ')' : '>');
        }
        int at = start;
        if (first == ' ') {
            while (at < value.length() && value.charAt(at) == ' ') {
                at++;
            }
            return at;
        }
        while (at < value.length() && " (<,;:".indexOf(value.charAt(at)) < 0) {
            char c = value.charAt(at);
            at = c == '"' ? endOfQuotes(at) : c == '[' ? endOfLiteral(at) : at + 1;
        }
        return at;
    }

    private int endOfLiteral(int start) {
        int end = value.indexOf(']', start);
        return end < 0 ? value.length() : end + 1;
    }

    private int endOfQuotes(int start) {
        int at = start + 1;
        while (at < value.length() && value.charAt(at) != '"') {
            at += value.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at + 1, value.length());
    }

    /** Comments nest; what is quoted does not count. */
    private int endOfBrackets(int start, char open, char close) {
        int depth = 1;
        int at = start + 1;
        while (at < value.length() && depth > 0) {
            char c = value.charAt(at);
            if (c == '"' && open == '<') {
                at = endOfQuotes(at);
                continue;
            }
            depth += c == close ? -1 : c == open && open == '(' ? 1 : 0;
            at += c == '\\' ? 2 : 1;
        }
        return Math.min(at, value.length());
    }

    private void plain(String text) {
        words.add(" ", text, false);
    }

    /** Its words; the brackets stay, apart from encoded words by blanks, which mean nothing there. */
    private void comment(String comment) {
        for (int at = 0; at < comment.length(); ) {
            int end = at + 1;
            boolean word = isCommentText(comment.charAt(at));
            while (word && end < comment.length() && isCommentText(comment.charAt(end))) {
                end++;
            }
            String text = comment.substring(at, end);
            if (text.charAt(0) != ' ') {
                words.add(" ", text, !HeaderWords.isAscii(text));
            }
            at = end;
        }
    }

    private static boolean isCommentText(char c) {
        return c != '(' && c != ')' && c != ' ';
    }

    private static String ascii(String spec) {
        try {
            return Address.of(spec.strip()).spec();
        } catch (InvalidEmailException e) {
            return spec;
        }
    }

    /** True when there is an {@code @} that is not in quotes. */
    private static boolean isAddress(String lexeme) {
        boolean quoted = false;
        for (int i = 0; i < lexeme.length(); i++) {
            char c = lexeme.charAt(i);
            if (c == '@' && !quoted) {
                return true;
            }
            quoted = c == '"' ? !quoted : quoted;
            i += c == '\\' && quoted ? 1 : 0;
        }
        return false;
    }

    /** Without its quotes, and without the backslashes that stood in them. */
    static String unquoted(String lexeme) {
        StringBuilder text = new StringBuilder(lexeme.length());
        boolean quoted = false;
        for (int i = 0; i < lexeme.length(); i++) {
            char c = lexeme.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else {
                i += c == '\\' && quoted && i + 1 < lexeme.length() ? 1 : 0;
                text.append(lexeme.charAt(i));
            }
        }
        return text.toString();
    }
}
