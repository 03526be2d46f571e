// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Replacements in a text, collected in any order. Used once. */
final class SourceEdits {
    private final String source;
    private final List<Edit> edits = new ArrayList<>();

    private record Edit(int start, int end, String text) {}

    SourceEdits(String source) {
        this.source = source;
    }

    void replace(int start, int end, String text) {
        edits.add(new Edit(start, end, text));
    }

    /** Replaces an attribute, its value and the quotes around that, if there are any. */
    void replaceAttribute(int nameStart, int nameEnd, int valueEnd, String text) {
        int end = valueEnd > nameEnd ? quoteEnd(valueEnd) : emptyEnd(nameEnd);
        replace(nameStart, end, text);
    }

    private int quoteEnd(int at) {
        return at < source.length() && (source.charAt(at) == '"' || source.charAt(at) == '\'') ? at + 1 : at;
    }

    /** Behind {@code =""}, of which the parser tells nothing. */
    private int emptyEnd(int nameEnd) {
        int equals = afterSpace(nameEnd);
        if (equals >= source.length() || source.charAt(equals) != '=') {
            return nameEnd;
        }
        int quote = afterSpace(equals + 1);
        int inside = quoteEnd(quote);
        return inside == quote ? equals + 1 : quoteEnd(inside);
    }

    private int afterSpace(int from) {
        int at = from;
        while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
            at++;
        }
        return at;
    }

    String apply() {
        edits.sort(Comparator.comparingInt(Edit::start));
        StringBuilder out = new StringBuilder(source.length() + edits.size() * 40);
        int at = 0;
        for (Edit edit : edits) {
            if (edit.start() >= at) {
                out.append(source, at, edit.start()).append(edit.text());
                at = edit.end();
            }
        }
        return out.append(source, at, source.length()).toString();
    }
}
