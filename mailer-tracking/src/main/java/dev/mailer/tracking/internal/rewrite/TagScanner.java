// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.internal.rewrite;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Steps through the tags of a page that mail programs see as tags, as the tokenizer of the HTML standard does (§13.2.5): what
 * stands in comments, conditional ones among them, and in elements whose content is text is passed over, and so is
 * {@code noscript}, which not everybody sees. Knows where in the source the attributes are that it was made for. Linear in the page, and needs
 * no memory for what is in it; not thread-safe.
 */
final class TagScanner {
    /** Elements whose content is text up to their end tag. */
    private static final List<String> TEXT = List.of(
            "script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext");

    private final String page;
    private final String[] wanted;
    private final List<Attribute> attributes = new ArrayList<>();
    private int at;
    private int start;
    private int nameEnd;
    private boolean closing;

    /**
     * Where an attribute is.
     *
     * @param quoted the value stands between quotes, which are not part of it
     */
    record Attribute(int nameStart, int nameEnd, int valueStart, int valueEnd, boolean quoted) {}

    /** @param wanted names of attributes, in lower case */
    TagScanner(String page, List<String> wanted) {
        this.page = page;
        this.wanted = wanted.toArray(String[]::new);
    }

    /** Goes to the next tag; false at the end. A tag that the page ends within is none. */
    boolean next() {
        if (start < at && !closing) {
            passText();
        }
        while (true) {
            start = page.indexOf('<', at);
            if (start < 0 || start + 1 >= page.length()) {
                return end();
            }
            char c = page.charAt(start + 1);
            if (isLetter(c)) {
                return tag(start + 1, false);
            }
            if (c == '/' && start + 2 < page.length() && isLetter(page.charAt(start + 2))) {
                return tag(start + 2, true);
            }
            at = c == '!' || c == '?' || c == '/' ? commentEnd() : start + 1;
        }
    }

    /** Where the tag begins. */
    int start() {
        return start;
    }

    boolean isClosing() {
        return closing;
    }

    boolean is(String name) {
        int from = closing ? start + 2 : start + 1;
        return nameEnd - from == name.length() && matches(from, name);
    }

    /** The first attribute of this name, one of those wanted; null when the tag has none. */
    @Nullable
    Attribute attribute(String name) {
        for (Attribute a : attributes) {
            if (a.nameEnd - a.nameStart == name.length() && matches(a.nameStart, name)) {
                return a;
            }
        }
        return null;
    }

    private boolean tag(int name, boolean isClosing) {
        closing = isClosing;
        attributes.clear();
        int i = name;
        while (i < page.length() && !endsName(page.charAt(i))) {
            i++;
        }
        nameEnd = i;
        while (i >= 0 && i < page.length()) {
            char c = page.charAt(i);
            if (c == '>') {
                at = i + 1;
                return true;
            }
            i = isSpace(c) || c == '/' ? i + 1 : attributeAt(i);
        }
        return end();
    }

    /** Reads an attribute and tells where it ends; -1 when its quote is never closed. */
    private int attributeAt(int from) {
        int i = from + 1;
        while (i < page.length() && page.charAt(i) != '=' && !endsName(page.charAt(i))) {
            i++;
        }
        int equals = afterSpace(i);
        if (equals >= page.length() || page.charAt(equals) != '=') {
            add(from, i, i, i, false);
            return i;
        }
        int value = afterSpace(equals + 1);
        if (value >= page.length()) {
            return value;
        }
        char quote = page.charAt(value);
        if (quote == '"' || quote == '\'') {
            int close = page.indexOf(quote, value + 1);
            if (close < 0) {
                return -1;
            }
            add(from, i, value + 1, close, true);
            return close + 1;
        }
        int end = value;
        while (end < page.length() && !isSpace(page.charAt(end)) && page.charAt(end) != '>') {
            end++;
        }
        add(from, i, value, end, false);
        return end;
    }

    /** A tag may have millions that nobody asks for. */
    private void add(int nameStart, int nameEnd, int valueStart, int valueEnd, boolean quoted) {
        for (String name : wanted) {
            if (nameEnd - nameStart == name.length() && matches(nameStart, name) && attribute(name) == null) {
                attributes.add(new Attribute(nameStart, nameEnd, valueStart, valueEnd, quoted));
            }
        }
    }

    private void passText() {
        for (String name : TEXT) {
            if (is(name)) {
                at = textEnd(name);
                return;
            }
        }
    }

    /** Where the end tag of an element of text begins. */
    private int textEnd(String name) {
        if (name.equals("plaintext")) {
            return page.length();
        }
        for (int i = page.indexOf("</", at); i >= 0; i = page.indexOf("</", i + 2)) {
            int behind = i + 2 + name.length();
            if (behind < page.length() && matches(i + 2, name) && endsName(page.charAt(behind))) {
                return i;
            }
        }
        return page.length();
    }

    /** Behind a comment, or behind what is read as one: {@code <!doctype>}, {@code <![endif]>}, {@code <?xml?>}, {@code </ >}. */
    private int commentEnd() {
        if (!page.startsWith("<!--", start)) {
            return behind(page.indexOf('>', start + 2), 1);
        }
        int inside = start + 4;
        if (page.startsWith(">", inside)) {
            return inside + 1;
        }
        if (page.startsWith("->", inside)) {
            return inside + 2;
        }
        for (int i = page.indexOf("--", inside); i >= 0; i = page.indexOf("--", i + 1)) {
            if (page.startsWith(">", i + 2)) {
                return i + 3;
            }
            if (page.startsWith("!>", i + 2)) {
                return i + 4;
            }
        }
        return page.length();
    }

    private int behind(int found, int length) {
        return found < 0 ? page.length() : found + length;
    }

    private boolean end() {
        start = page.length();
        at = page.length();
        return false;
    }

    /** Without regard to the case of ASCII letters, and only of those. */
    private boolean matches(int from, String lower) {
        if (from + lower.length() > page.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            char c = page.charAt(from + i);
            if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int afterSpace(int from) {
        int i = from;
        while (i < page.length() && isSpace(page.charAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean endsName(char c) {
        return isSpace(c) || c == '/' || c == '>';
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }
}
