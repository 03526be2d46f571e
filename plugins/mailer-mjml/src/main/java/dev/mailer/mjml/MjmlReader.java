// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mjml;

import dev.mailer.api.spi.MjmlCompiler.InvalidMjmlException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks through a document for what would come out as a broken mail: elements that do not exist, are not closed or stand where they do
 * not belong. Used once.
 */
final class MjmlReader {
    /** Longest document in characters. Gmail cuts pages of 102 kB, and MJML gets several times longer as HTML. */
    static final int MAX_LENGTH = 256 * 1024;
    /** Most elements of MJML. */
    static final int MAX_ELEMENTS = 3_000;
    /** Deepest nesting. */
    static final int MAX_DEPTH = 200;
    /** Most characters behind {@code font-family:} up to where a style ends, together: the compiler searches them for each font. */
    static final int MAX_FONTS = 2_000_000;

    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"|'[^']*'");
    /** At the end of a value without quotes, a slash is part of it. */
    private static final Pattern UNQUOTED_SLASH = Pattern.compile("=\\s*[^\\s\"]*/$");

    private static final Pattern HAMBURGER = attribute("hamburger");
    private static final Pattern INLINE = attribute("inline");
    private static final Pattern FONT = Pattern.compile("font-family\\s*:", Pattern.CASE_INSENSITIVE);
    private static final List<Pattern> STYLE_ENDS = List.of(Pattern.compile("\""), Pattern.compile("[;}]"));

    private final String document;
    private final Deque<Open> open = new ArrayDeque<>();
    private int at;
    private int line = 1;
    private int elements;
    private boolean rooted;

    private record Open(String name, int line) {
        boolean mjml() {
            return MjmlElements.isMjml(name);
        }

        @Override
        public String toString() {
            return name + " of line " + line;
        }
    }

    MjmlReader(String document) {
        this.document = document;
    }

    void check() throws InvalidMjmlException {
        if (document.length() > MAX_LENGTH) {
            throw new InvalidMjmlException(
                    0, "has " + document.length() + " characters with all values in it; the limit is " + MAX_LENGTH);
        }
        checkFonts();
        while (skipTo("<")) {
            if (document.startsWith("!--", at)) {
                int from = line;
                if (!skipTo("-->")) {
                    throw new InvalidMjmlException(from, "a comment is not closed; end it with -->");
                }
            } else if (at < document.length() && document.charAt(at) == '/') {
                at++;
                close(name());
            } else if (at < document.length() && isLetter(document.charAt(at))) {
                open(name());
            }
        }
        for (Open left : open) {
            throw notClosed(left);
        }
        if (!rooted) {
            throw new InvalidMjmlException(1, "has no <mjml>; write <mjml><mj-body> around it");
        }
    }

    /** An attribute as HTML reads its name, where quotes are empty. */
    private static Pattern attribute(String name) {
        return Pattern.compile("(?:^|[\\s\"/])" + name + "\\s*=", Pattern.CASE_INSENSITIVE);
    }

    private void checkFonts() throws InvalidMjmlException {
        long searched = 0;
        for (Matcher font = FONT.matcher(document); font.find(); ) {
            for (Pattern end : STYLE_ENDS) {
                Matcher next = end.matcher(document);
                searched += (next.find(font.end()) ? next.start() : document.length()) - font.end();
            }
            if (searched > MAX_FONTS) {
                throw new InvalidMjmlException(
                        0, "has too much text behind font-family: without an end; say fonts in mj-attributes");
            }
        }
    }

    private void open(String name) throws InvalidMjmlException {
        int from = line;
        // Quotes may hold anything, which is of no interest here.
        String attributes = QUOTED.matcher(attributes(name, from)).replaceAll("\"\"");
        boolean closed =
                attributes.endsWith("/") && !UNQUOTED_SLASH.matcher(attributes).find();
        if (MjmlElements.isMjml(name)) {
            requireUsable(name, attributes, from);
            rooted |= name.equals("mjml");
        } else {
            requireHolder(name, from);
            // HTML has no <p/>; other names, such as those of Outlook, are closed so.
            closed = MjmlElements.VOID.contains(name) || (closed && (name.indexOf(':') >= 0 || name.indexOf('-') >= 0));
        }
        if (!closed) {
            open.push(new Open(name, from));
            if (open.size() > MAX_DEPTH) {
                throw new InvalidMjmlException(from, "nests deeper than " + MAX_DEPTH + " elements");
            }
        }
    }

    /** @param attributes with nothing in quotes */
    private void requireUsable(String name, String attributes, int from) throws InvalidMjmlException {
        if (name.equals("mj-include")) {
            throw new InvalidMjmlException(
                    from, "mj-include reads no file; put what templates share into layout.html.mjml");
        }
        // Classes and defaults hand it on to a mj-navbar.
        boolean hamburger = HAMBURGER.matcher(attributes).find();
        if (name.equals("mj-carousel") || hamburger) {
            throw new InvalidMjmlException(
                    from,
                    (hamburger ? "hamburger of mj-navbar" : name)
                            + " comes out differently each time, and a mail is the same on every attempt; leave it out");
        }
        if (name.equals("mj-style") && INLINE.matcher(attributes).find()) {
            throw new InvalidMjmlException(
                    from, "mj-style with inline is lost; leave inline out, all styles are inlined where they can be");
        }
        if (!MjmlElements.KNOWN.contains(name)) {
            throw new InvalidMjmlException(
                    from,
                    "there is no element " + name + "; known are mj-section, mj-column,"
                            + " mj-text, mj-button, mj-image and the others of MJML 4");
        }
        Open holder = holder();
        if (holder != null && MjmlElements.HOLDERS_OF_HTML.contains(holder.name())) {
            throw new InvalidMjmlException(from, name + " stands in the " + holder + ", which holds HTML");
        }
        if (++elements > MAX_ELEMENTS) {
            throw new InvalidMjmlException(from, "has more than " + MAX_ELEMENTS + " elements of MJML");
        }
    }

    /** The compiler drops the attributes of any other, and writes it between the rows of a table, where no reader leaves it. */
    private void requireHolder(String name, int from) throws InvalidMjmlException {
        Open holder = holder();
        if (holder == null || !MjmlElements.HOLDERS_OF_HTML.contains(holder.name())) {
            throw new InvalidMjmlException(
                    from,
                    "<" + name + "> stands " + (holder == null ? "outside of <mjml>" : "in the " + holder)
                            + ", and HTML belongs into mj-text or mj-raw");
        }
    }

    private @Nullable Open holder() {
        return open.stream().filter(Open::mjml).findFirst().orElse(null);
    }

    private void close(String name) throws InvalidMjmlException {
        int from = line;
        attributes(name, from);
        if (!MjmlElements.isMjml(name)) {
            // HTML forgives what closes nothing, and elements that overlap.
            for (Iterator<Open> up = open.iterator(); up.hasNext(); ) {
                Open one = up.next();
                if (one.mjml()) {
                    return;
                }
                if (one.name().equals(name)) {
                    up.remove();
                    return;
                }
            }
            return;
        }
        Open last = open.poll();
        if (last == null) {
            throw new InvalidMjmlException(from, "</" + name + "> closes nothing");
        }
        if (!last.name().equals(name)) {
            throw notClosed(last);
        }
    }

    private static InvalidMjmlException notClosed(Open left) {
        return new InvalidMjmlException(
                left.line(), "<" + left.name() + "> is not closed; write </" + left.name() + ">");
    }

    private String name() {
        int from = at;
        while (at < document.length()
                && (isLetter(document.charAt(at)) || "-:0123456789".indexOf(document.charAt(at)) >= 0)) {
            at++;
        }
        return document.substring(from, at).toLowerCase(Locale.ROOT);
    }

    /** What stands behind a name, up to the bracket that is not in quotes. */
    private String attributes(String name, int from) throws InvalidMjmlException {
        int begin = at;
        char quote = 0;
        for (; at < document.length(); at++) {
            char c = document.charAt(at);
            if (c == '\n') {
                line++;
            }
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '>') {
                return document.substring(begin, at++).strip();
            }
        }
        throw new InvalidMjmlException(from, "<" + name + "> has no end; look for a missing > or quote");
    }

    /** Goes behind the next such text; false at the end. */
    private boolean skipTo(String text) {
        int next = document.indexOf(text, at);
        int end = next < 0 ? document.length() : next + text.length();
        for (; at < end; at++) {
            if (document.charAt(at) == '\n') {
                line++;
            }
        }
        return next >= 0;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
