// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.select.NodeFilter;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rules of the style elements of a page into style attributes. The page's source is edited in place, so that all else,
 * comments and what jsoup would mend included, keeps its bytes. The tree gets the same attributes, for whoever reads it next.
 * What cannot be inlined, and what applies to no element of the page, stays in its style element. Used once.
 */
final class StyleInliner {
    /** Most characters of styles on one page. */
    static final int MAX_CSS = 512 * 1024;

    private final String source;
    private final Document page;
    private final List<String> notes;
    private final Work work = new Work();
    private final List<Sheet> sheets = new ArrayList<>();

    /** A style element with its rules; the bits are numbers of rules. */
    private record Sheet(StyleElement element, StyleSheet styles, BitSet applied, BitSet kept) {}

    /** @param notes takes what was left as it was, and why */
    StyleInliner(String source, Document page, List<String> notes) {
        this.source = source;
        this.page = page;
        this.notes = notes;
    }

    String inlined() {
        String problem = readSheets();
        if (problem != null) {
            notes.add(problem + "; no styles are inlined");
            return source;
        }
        RuleIndex rules = new RuleIndex();
        for (Sheet sheet : sheets) {
            rules.add(sheet.styles(), sheet.applied(), sheet.kept());
        }
        if (rules.isEmpty()) {
            return source;
        }
        SourceEdits edits = new SourceEdits(source);
        List<Styled> styled = styled(rules);
        if (work.exhausted()) {
            notes.add("the styles take more than " + Work.MAX_STEPS + " steps or write more than " + Work.MAX_WRITTEN
                    + " characters; no styles are inlined");
            return source;
        }
        for (Styled s : styled) {
            s.write(edits);
        }
        for (Sheet sheet : sheets) {
            write(sheet, edits);
        }
        return edits.apply();
    }

    /** What is wrong; null when nothing is. */
    private @Nullable String readSheets() {
        int length = 0;
        int rules = 0;
        for (Element each : page.getElementsByTag("style")) {
            StyleElement element = StyleElement.of(source, each);
            if (element == null) {
                continue;
            }
            length += element.css().length();
            if (length > MAX_CSS) {
                return "there are more than " + MAX_CSS + " characters of styles";
            }
            StyleSheet styles = StyleSheet.parse(element.css());
            rules += styles == null ? 0 : styles.rules().size();
            if (styles == null || rules > StyleSheet.MAX_SELECTORS) {
                return "there are more than " + StyleSheet.MAX_SELECTORS + " selectors";
            }
            sheets.add(new Sheet(element, styles, new BitSet(), new BitSet()));
        }
        return null;
    }

    private List<Styled> styled(RuleIndex rules) {
        List<Styled> styled = new ArrayList<>();
        Set<Integer> taken = new HashSet<>();
        page.filter((node, depth) -> {
            if (!(node instanceof Element element) || element instanceof Document) {
                return NodeFilter.FilterResult.CONTINUE;
            }
            if (element.normalName().equals("head")) {
                return NodeFilter.FilterResult.SKIP_ENTIRELY;
            }
            List<RuleIndex.Entry> matching = rules.matching(element, work);
            if (work.exhausted()) {
                return NodeFilter.FilterResult.STOP;
            }
            if (!matching.isEmpty()) {
                // What the parser has made up, or made twice of one tag, has no place of its own in the source.
                int at = Styled.nameEnd(source, element);
                boolean writable = at >= 0 && taken.add(at);
                matching.forEach(e -> e.mark(writable));
                if (writable) {
                    Styled s = new Styled(element, at, Cascade.of(matching, element.attr("style"), work));
                    work.write(s.value().length());
                    element.attr("style", s.value());
                    styled.add(s);
                }
            }
            return NodeFilter.FilterResult.CONTINUE;
        });
        return styled;
    }

    private static void write(Sheet sheet, SourceEdits edits) {
        String left = sheet.styles()
                .without(rule -> sheet.applied().get(rule) && !sheet.kept().get(rule));
        StyleElement element = sheet.element();
        if (left.isEmpty()) {
            edits.replace(element.start(), element.end(), "");
        } else {
            edits.replace(element.cssStart(), element.cssStart() + element.css().length(), left);
        }
    }
}
