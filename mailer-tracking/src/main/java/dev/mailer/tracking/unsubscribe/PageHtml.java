// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import java.util.List;

/**
 * HTML that is safe to send. Made from templates of our own, in which each {@code {}} stands for a value: text is escaped, other HTML is put
 * in as it is. Attributes are always in double quotes.
 */
final class PageHtml {
    static final PageHtml EMPTY = new PageHtml("");

    private final String markup;

    private PageHtml(String markup) {
        this.markup = markup;
    }

    /** Fills a template, which is always a constant. */
    static PageHtml of(String template, Object... values) {
        StringBuilder out = new StringBuilder(template.length() + 64);
        int from = 0;
        for (Object value : values) {
            int at = template.indexOf("{}", from);
            if (at < 0) {
                throw new IllegalArgumentException("more values than places");
            }
            out.append(template, from, at)
                    .append(value instanceof PageHtml html ? html.markup : escape(value.toString()));
            from = at + 2;
        }
        if (template.indexOf("{}", from) >= 0) {
            throw new IllegalArgumentException("more places than values");
        }
        return new PageHtml(out.append(template, from, template.length()).toString());
    }

    /** What is HTML already and was checked to stay within its element: a style sheet. */
    static PageHtml trusted(String markup) {
        return new PageHtml(markup);
    }

    static PageHtml join(List<PageHtml> pieces) {
        StringBuilder out = new StringBuilder();
        pieces.forEach(piece -> out.append(piece.markup));
        return new PageHtml(out.toString());
    }

    /**
     * The one place where text becomes HTML. Characters that HTML does not have become U+FFFD, and so do those that turn the direction of
     * the text around them.
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
