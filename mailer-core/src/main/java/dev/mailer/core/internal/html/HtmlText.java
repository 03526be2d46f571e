// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;

/**
 * Makes the plain text of a page: paragraphs and headings as blocks, lists with bullets or numbers, rows of tables as lines, links
 * as {@code text (address)}, images by what stands in alt. Hidden elements are skipped. Used once.
 */
final class HtmlText implements NodeFilter {
    /** Longest address of a link that is shown. */
    private static final int MAX_ADDRESS = 2_000;

    private static final Set<String> SKIPPED = Set.of(
            "head",
            "script",
            "style",
            "template",
            "noscript",
            "title",
            "object",
            "iframe",
            "svg",
            "math",
            "select",
            "textarea",
            "button",
            "audio",
            "video",
            "canvas");
    private static final Set<String> PARAGRAPHS =
            Set.of("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "figure", "hr");
    private static final Set<String> BLOCKS = Set.of(
            "div",
            "li",
            "dt",
            "dd",
            "table",
            "tr",
            "thead",
            "tbody",
            "tfoot",
            "caption",
            "section",
            "article",
            "header",
            "footer",
            "main",
            "nav",
            "aside",
            "address",
            "center",
            "form",
            "fieldset",
            "figcaption");
    private static final Pattern HIDDEN =
            Pattern.compile("(?i)(?:^|;)\\s*(?:display\\s*:\\s*none|visibility\\s*:\\s*hidden|mso-hide\\s*:\\s*all)"
                    + "\\s*(?:!\\s*important\\s*)?(?:;|$)");
    /** Characters that are there to keep mail programs from showing more than a preheader, or where to break words. */
    private static final String INVISIBLE = "\u00AD\u034F\u061C\u180E\u200B\u200C\u200D\u200E\u200F\u2060\uFEFF";

    private final TextLines lines = new TextLines();
    /** The number of the next item of each open list; a negative one has bullets. */
    private final Deque<Integer> lists = new ArrayDeque<>();
    /** What the indentation was before each open list or quotation. */
    private final Deque<String> indents = new ArrayDeque<>();
    /** The words of each open link. */
    private final Deque<StringBuilder> links = new ArrayDeque<>();

    /** How many elements are open whose lines are as they are written. */
    private int preformatted;

    private HtmlText() {}

    static String of(Document page) {
        HtmlText text = new HtmlText();
        page.filter(text);
        return text.lines.text();
    }

    @Override
    public FilterResult head(Node node, int depth) {
        if (lines.isFull()) {
            return FilterResult.STOP;
        }
        if (node instanceof TextNode text) {
            text(text);
        } else if (node instanceof Element element) {
            if (isSkipped(element)) {
                return FilterResult.SKIP_ENTIRELY;
            }
            begin(element);
        }
        return FilterResult.CONTINUE;
    }

    @Override
    public FilterResult tail(Node node, int depth) {
        if (node instanceof Element element) {
            end(element);
        }
        return FilterResult.CONTINUE;
    }

    private static boolean isSkipped(Element element) {
        if (SKIPPED.contains(element.normalName()) || element.hasAttr("hidden")) {
            return true;
        }
        String style = element.attr("style");
        return !style.isEmpty() && HIDDEN.matcher(style).find();
    }

    private void begin(Element element) {
        String name = element.normalName();
        if (PARAGRAPHS.contains(name)) {
            beginParagraph(element, name);
        } else if (BLOCKS.contains(name)) {
            lines.endLine();
            if (name.equals("li")) {
                lines.item(bullet());
            }
        } else if (name.equals("br")) {
            lines.newLine();
        } else if (name.equals("td") || name.equals("th")) {
            lines.gap();
        } else if (name.equals("img")) {
            words(element.attr("alt"));
        } else if (name.equals("a")) {
            links.push(new StringBuilder());
        }
    }

    private void beginParagraph(Element element, String name) {
        boolean nested = !lists.isEmpty() && (name.equals("ul") || name.equals("ol"));
        Element parent = element.parent();
        boolean first = parent != null && parent.normalName().equals("li") && element.previousElementSibling() == null;
        if (nested || first) {
            lines.endLine();
        } else {
            lines.blankLine();
        }
        if (name.equals("ul") || name.equals("ol")) {
            beginList(element, name.equals("ol"));
        } else if (name.equals("blockquote")) {
            indents.push(lines.indent());
            lines.indent(lines.indent() + "> ");
        } else if (name.equals("pre")) {
            preformatted++;
        } else if (name.equals("hr")) {
            lines.verbatim("-".repeat(TextLines.WIDTH / 2));
        }
    }

    private void beginList(Element element, boolean numbered) {
        indents.push(lines.indent());
        lines.indent(lines.indent() + (numbered ? "    " : "  "));
        int start = 1;
        try {
            start = Integer.parseInt(element.attr("start").strip());
        } catch (NumberFormatException e) {
            start = 1;
        }
        lists.push(numbered ? Math.max(0, start) : -1);
    }

    private String bullet() {
        Integer next = lists.poll();
        if (next == null || next < 0) {
            if (next != null) {
                lists.push(next);
            }
            return "- ";
        }
        lists.push(next + 1);
        String number = next + ". ";
        return " ".repeat(Math.max(0, 4 - number.length())) + number;
    }

    private void end(Element element) {
        String name = element.normalName();
        if (name.equals("a")) {
            endLink(element);
        } else if (PARAGRAPHS.contains(name)) {
            endParagraph(name);
        } else if (BLOCKS.contains(name)) {
            lines.endLine();
            if (name.equals("li")) {
                lines.dropMark();
            }
        }
    }

    private void endParagraph(String name) {
        lines.endLine();
        if (name.equals("pre")) {
            preformatted--;
        }
        if (name.equals("ul") || name.equals("ol")) {
            lists.poll();
        }
        if (name.equals("ul") || name.equals("ol") || name.equals("blockquote")) {
            lines.indent(indents.pop());
        }
        if (lists.isEmpty()) {
            lines.blankLine();
        }
    }

    /** Shows where a link leads, unless its text says so. */
    private void endLink(Element link) {
        String shown = links.pop().toString();
        String address = link.attr("href").strip();
        boolean leads = !address.isEmpty()
                && address.length() <= MAX_ADDRESS
                && !address.startsWith("#")
                && !address.regionMatches(true, 0, "javascript:", 0, 11)
                && address.chars().noneMatch(Character::isWhitespace);
        if (!leads || says(shown, address)) {
            return;
        }
        lines.space();
        lines.word(shown.isEmpty() ? address : "(" + address + ")");
    }

    private static boolean says(String shown, String address) {
        String plain = address.replaceFirst("^(?i)(https?://|mailto:|tel:)", "").replaceFirst("/$", "");
        String text = shown.replaceFirst("^(?i)https?://", "").replaceFirst("/$", "");
        return text.equalsIgnoreCase(plain);
    }

    private void text(TextNode node) {
        String text = node.getWholeText();
        if (preformatted > 0) {
            lines.verbatim(text);
            links.forEach(link -> link.append(text));
        } else {
            words(text);
        }
    }

    private void words(String text) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                flush(word);
                lines.space();
            } else if (INVISIBLE.indexOf(c) < 0) {
                word.append(c);
            }
        }
        flush(word);
    }

    private void flush(StringBuilder word) {
        if (word.length() > 0) {
            lines.word(word.toString());
            for (StringBuilder link : links) {
                link.append(word);
            }
            word.setLength(0);
        }
    }
}
