// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import java.util.List;

/**
 * HTML that is safe to send. Made from templates of our own, in which each {@code {}} stands for a value: text is escaped, other
 * HTML is put in as it is. Attributes are always in double quotes.
 */
final class Html {
    static final Html EMPTY = new Html("");

    private final String markup;

    private Html(String markup) {
        this.markup = markup;
    }

    /** Fills a template, which is always a constant. */
    static Html of(String template, Object... values) {
        StringBuilder out = new StringBuilder(template.length() + 64);
        int from = 0;
        for (Object value : values) {
            int at = template.indexOf("{}", from);
            if (at < 0) {
                throw new IllegalArgumentException("more values than places");
            }
            out.append(template, from, at).append(value instanceof Html html ? html.markup : escape(value.toString()));
            from = at + 2;
        }
        if (template.indexOf("{}", from) >= 0) {
            throw new IllegalArgumentException("more places than values");
        }
        return new Html(out.append(template, from, template.length()).toString());
    }

    static Html join(List<Html> pieces) {
        StringBuilder out = new StringBuilder();
        pieces.forEach(piece -> out.append(piece.markup));
        return new Html(out.toString());
    }

    /**
     * The one place where text becomes HTML. Characters that HTML does not have become U+FFFD, and so do those that turn the
     * direction of the text around them.
     */
    static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                case '`' -> out.append("&#96;");
                default -> out.appendCodePoint(isShowable(c) ? c : 0xFFFD);
            }
            i += Character.charCount(c);
        }
        return out.toString();
    }

    private static boolean isShowable(int c) {
        if (c < ' ') {
            return c == '\n' || c == '\t' || c == '\r';
        }
        boolean control = c >= 0x7F && c <= 0x9F;
        boolean surrogate = c >= 0xD800 && c <= 0xDFFF;
        boolean turning = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
        return !control && !surrogate && !turning && (c & 0xFFFE) != 0xFFFE;
    }

    @Override
    public String toString() {
        return markup;
    }
}
