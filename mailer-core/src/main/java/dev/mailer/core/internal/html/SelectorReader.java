// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads one selector. Used once. */
final class SelectorReader {
    /** Most elements that one selector speaks of, as in {@code a b c}. */
    static final int MAX_COMPOUNDS = 10;
    /** Most classes, and most attributes, asked of one element. */
    private static final int MAX_TESTS = 20;

    private final String text;
    private int at;

    private SelectorReader(String text) {
        this.text = text;
    }

    /**
     * Reads one selector.
     *
     * @param text without comments and with single spaces, as {@link CssText#plain} gives it
     * @return null for what cannot be decided on the page itself, such as {@code a:hover}, or is not understood
     */
    static @Nullable Selector read(String text) {
        return new SelectorReader(text).selector();
    }

    private @Nullable Selector selector() {
        List<Compound> compounds = new ArrayList<>();
        List<Character> combinators = new ArrayList<>();
        char combinator = ' ';
        while (true) {
            Compound compound = compound();
            if (compound == null || compounds.size() == MAX_COMPOUNDS) {
                return null;
            }
            compounds.add(compound);
            combinators.add(combinator);
            if (at == text.length()) {
                return new Selector(compounds, combinators);
            }
            combinator = combinator();
            if (combinator == 0) {
                return null;
            }
        }
    }

    /** Zero when there is none. */
    private char combinator() {
        int from = at;
        skipSpace();
        char found = from < at ? ' ' : 0;
        if (at < text.length() && ">+~".indexOf(text.charAt(at)) >= 0) {
            found = text.charAt(at++);
            skipSpace();
        }
        return found;
    }

    private @Nullable Compound compound() {
        int from = at;
        String tag = null;
        String id = null;
        List<String> classes = new ArrayList<>();
        List<Compound.Attribute> attributes = new ArrayList<>();
        if (peek() == '*') {
            at++;
        } else if (isNameStart(peek())) {
            tag = name().toLowerCase(Locale.ROOT);
        }
        while (true) {
            char c = peek();
            if (c == '#' && id == null) {
                at++;
                id = name();
                if (id.isEmpty()) {
                    return null;
                }
            } else if (c == '.' && classes.size() < MAX_TESTS) {
                at++;
                String name = name();
                if (name.isEmpty()) {
                    return null;
                }
                classes.add(name);
            } else if (c == '[' && attributes.size() < MAX_TESTS) {
                at++;
                Compound.Attribute attribute = attribute();
                if (attribute == null) {
                    return null;
                }
                attributes.add(attribute);
            } else {
                return at == from ? null : new Compound(tag, id, classes, attributes);
            }
        }
    }

    private Compound.@Nullable Attribute attribute() {
        skipSpace();
        String name = name().toLowerCase(Locale.ROOT);
        skipSpace();
        if (name.isEmpty()) {
            return null;
        }
        if (peek() == ']') {
            at++;
            return new Compound.Attribute(name, "", "");
        }
        int from = at;
        if ("~|^$*".indexOf(peek()) >= 0) {
            at++;
        }
        if (peek() != '=') {
            return null;
        }
        at++;
        String operator = text.substring(from, at);
        skipSpace();
        String value = peek() == '"' || peek() == '\'' ? string() : name();
        skipSpace();
        if (value == null || peek() != ']') {
            return null;
        }
        at++;
        return new Compound.Attribute(name, operator, value);
    }

    /** Null when it is not closed or has escapes. */
    private @Nullable String string() {
        int end = text.indexOf(text.charAt(at), at + 1);
        String value = end < 0 ? null : text.substring(at + 1, end);
        if (value == null || value.indexOf('\\') >= 0) {
            return null;
        }
        at = end + 1;
        return value;
    }

    private String name() {
        int from = at;
        while (at < text.length() && isName(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void skipSpace() {
        while (peek() == ' ') {
            at++;
        }
    }

    private static boolean isNameStart(char c) {
        return isName(c) && !(c >= '0' && c <= '9');
    }

    private static boolean isName(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '_'
                || c >= 0x80;
    }
}
