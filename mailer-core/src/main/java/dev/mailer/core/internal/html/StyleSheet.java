// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The statements of one style element, in their order. Immutable. */
final class StyleSheet {
    /** Most selectors of one page. */
    static final int MAX_SELECTORS = 5_000;

    /** A selector with its block: what may be inlined. Its place in the list of the sheet is its name. */
    record Rule(Selector selector, List<Declaration> declarations) {}

    /**
     * A statement as it stood there.
     *
     * @param rules by selector, -1 for one that cannot be inlined; empty for a statement that stays whole
     */
    private record Statement(String source, List<String> selectors, List<Integer> rules, String block) {}

    private final List<Statement> statements = new ArrayList<>();
    private final List<Rule> rules = new ArrayList<>();

    private StyleSheet() {}

    /** Null when there are more than {@link #MAX_SELECTORS}. */
    static @Nullable StyleSheet parse(String css) {
        StyleSheet sheet = new StyleSheet();
        int selectors = 0;
        int at = 0;
        while (at < css.length()) {
            int next = blank(css, at);
            if (next > at) {
                at = next;
                continue;
            }
            int end = css.charAt(at) == '@' ? sheet.atRule(css, at) : sheet.styleRule(css, at);
            Statement last = sheet.statements.get(sheet.statements.size() - 1);
            selectors += last.selectors().size();
            if (selectors > MAX_SELECTORS) {
                return null;
            }
            at = end;
        }
        return sheet;
    }

    List<Rule> rules() {
        return rules;
    }

    /** What stays when some rules were inlined; empty when nothing does. */
    String without(IntPredicate inlined) {
        return statements.stream()
                .map(s -> remaining(s, inlined))
                .filter(s -> !s.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    private static String remaining(Statement statement, IntPredicate inlined) {
        List<String> stay = new ArrayList<>();
        for (int i = 0; i < statement.rules().size(); i++) {
            int rule = statement.rules().get(i);
            if (rule < 0 || !inlined.test(rule)) {
                stay.add(statement.selectors().get(i));
            }
        }
        if (stay.size() == statement.rules().size()) {
            return statement.source();
        }
        return stay.isEmpty() ? "" : String.join(", ", stay) + " {" + statement.block() + "}";
    }

    /** Behind white space, comments and the marks that once hid styles from old browsers. */
    private static int blank(String css, int from) {
        char c = css.charAt(from);
        if (Character.isWhitespace(c)) {
            return from + 1;
        }
        if (css.startsWith("<!--", from)) {
            return from + 4;
        }
        if (css.startsWith("-->", from)) {
            return from + 3;
        }
        return css.startsWith("/*", from) ? CssText.next(css, from) : from;
    }

    private int atRule(String css, int from) {
        int end = CssText.find(css, from, ";{");
        if (end < css.length() && css.charAt(end) == '{') {
            end = CssText.find(css, end + 1, "}");
        }
        return keep(css, from, end);
    }

    private int styleRule(String css, int from) {
        int open = CssText.find(css, from, "{");
        if (open == css.length()) {
            return keep(css, from, open);
        }
        int close = CssText.find(css, open + 1, "}");
        String block = css.substring(open + 1, close);
        boolean nested = CssText.find(block, 0, "{") < block.length();
        List<Declaration> declarations = close == css.length() || nested ? List.of() : Declaration.parse(block);
        if (declarations.isEmpty()) {
            return keep(css, from, close);
        }
        List<String> texts = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        for (String text : CssText.split(CssText.plain(css.substring(from, open)), ',')) {
            Selector selector = SelectorReader.read(text.strip());
            texts.add(text.strip());
            places.add(selector == null ? -1 : rules.size());
            if (selector != null) {
                rules.add(new Rule(selector, declarations));
            }
            if (texts.size() > MAX_SELECTORS) {
                break;
            }
        }
        // Browsers drop a rule of which they do not know one selector; those that old ones do not know stay by
        // themselves.
        int end = Math.min(css.length(), close + 1);
        statements.add(new Statement(css.substring(from, end), texts, places, block));
        return end;
    }

    private int keep(String css, int from, int last) {
        int end = Math.min(css.length(), last + 1);
        statements.add(new Statement(css.substring(from, end), List.of(), List.of(), ""));
        return end;
    }
}
