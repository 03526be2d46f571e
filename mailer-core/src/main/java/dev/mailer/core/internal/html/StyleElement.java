// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

import java.util.Locale;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Range;
import org.jspecify.annotations.Nullable;

/**
 * A style element whose rules may be inlined, and where it stands in the source.
 *
 * @param cssStart where its content begins
 */
record StyleElement(int start, int cssStart, String css, int end) {
    /** The attribute that keeps a style element as it is. */
    private static final String OPT_OUT = "data-inline";

    /** Null when it is not for all media, asks to be left alone, or is not closed. */
    static @Nullable StyleElement of(String source, Element element) {
        Range begin = element.sourceRange();
        Range end = element.endSourceRange();
        boolean written = begin.isTracked() && end.isTracked() && !end.isImplicit();
        if (!written || !isMeant(element)) {
            return null;
        }
        // Of an element whose content is text jsoup tells where the end tag ends, and not where it begins.
        int close = source.lastIndexOf("</", end.endPos() - 1);
        return close < begin.endPos()
                ? null
                : new StyleElement(
                        begin.startPos(), begin.endPos(), source.substring(begin.endPos(), close), end.endPos());
    }

    private static boolean isMeant(Element element) {
        String type = element.attr("type").strip().toLowerCase(Locale.ROOT);
        String media = element.attr("media").strip().toLowerCase(Locale.ROOT);
        return !element.attr(OPT_OUT).equalsIgnoreCase("false")
                && (type.isEmpty() || type.equals("text/css"))
                && (media.isEmpty() || media.equals("all") || media.equals("screen"));
    }
}
