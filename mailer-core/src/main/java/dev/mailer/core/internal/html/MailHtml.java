// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

import java.util.ArrayList;
import java.util.List;
import org.jsoup.nodes.Document;
import org.jsoup.parser.Parser;
import org.jspecify.annotations.Nullable;

/**
 * What a mail's HTML goes through before it is sent. Never fails: what is larger than the limits stays as it is, and a note says
 * so. A pure function of its arguments. Stateless.
 */
public final class MailHtml {
    /** Longest page in characters that is looked into; ten times what Gmail shows before it cuts. */
    public static final int MAX_LENGTH = 1024 * 1024;
    /** Deepest nesting; deeper elements are read as siblings. */
    static final int MAX_DEPTH = 256;

    /**
     * A page as it is sent.
     *
     * @param text the text part; null when none was asked for, or the page is too long
     * @param notes what was left as it was, and why
     */
    public record Finished(String html, @Nullable String text, List<String> notes) {}

    private MailHtml() {}

    /** Inlines the styles of a page, if it has any, and makes a text part of it, if that is asked for. */
    public static Finished finish(String html, boolean withText) {
        boolean styled = html.contains("<style") || html.contains("<STYLE");
        if (!styled && !withText) {
            return new Finished(html, null, List.of());
        }
        if (html.length() > MAX_LENGTH) {
            return new Finished(
                    html,
                    null,
                    List.of("the page has " + html.length()
                            + " characters; styles are inlined and text is made of up to " + MAX_LENGTH));
        }
        Document page = parse(html);
        List<String> notes = new ArrayList<>();
        String inlined = styled ? new StyleInliner(html, page, notes).inlined() : html;
        return new Finished(inlined, withText ? HtmlText.of(page) : null, notes);
    }

    /** The text part of a page; null when the page is longer than {@link #MAX_LENGTH}. */
    public static @Nullable String text(String html) {
        return html.length() > MAX_LENGTH ? null : HtmlText.of(parse(html));
    }

    private static Document parse(String html) {
        Parser parser = Parser.htmlParser().setTrackPosition(true).setMaxDepth(MAX_DEPTH);
        return parser.parseInput(html, "");
    }
}
