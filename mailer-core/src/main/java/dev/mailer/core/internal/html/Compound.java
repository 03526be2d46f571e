// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

import java.util.List;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/**
 * What a selector asks of one element, as in {@code td.total[align=right]}.
 *
 * @param tag in lower case; null for any
 */
record Compound(@Nullable String tag, @Nullable String id, List<String> classes, List<Attribute> attributes) {
    /**
     * @param operator {@code ""} when the attribute must only be there
     */
    record Attribute(String name, String operator, String value) {
        boolean matches(Element element) {
            if (!element.hasAttr(name)) {
                return false;
            }
            String actual = element.attr(name);
            return switch (operator) {
                case "" -> true;
                case "=" -> actual.equals(value);
                case "~=" -> hasWord(actual, value);
                case "|=" -> actual.equals(value) || actual.startsWith(value + "-");
                case "^=" -> !value.isEmpty() && actual.startsWith(value);
                case "$=" -> !value.isEmpty() && actual.endsWith(value);
                default -> !value.isEmpty() && actual.contains(value);
            };
        }
    }

    boolean matches(Element element, Work work) {
        if (!work.step(element.attributesSize() / 16) || (tag != null && !tag.equals(element.normalName()))) {
            return false;
        }
        if (id != null && !id.equals(element.attr("id"))) {
            return false;
        }
        if (!classes.isEmpty()) {
            String actual = element.attr("class");
            for (String wanted : classes) {
                if (!work.step(actual.length() / 32) || !hasWord(actual, wanted)) {
                    return false;
                }
            }
        }
        for (Attribute attribute : attributes) {
            if (!work.step(element.attr(attribute.name()).length() / 32) || !attribute.matches(element)) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasWord(String words, String word) {
        if (word.isEmpty()) {
            return false;
        }
        for (int at = words.indexOf(word); at >= 0; at = words.indexOf(word, at + 1)) {
            int end = at + word.length();
            boolean begins = at == 0 || Character.isWhitespace(words.charAt(at - 1));
            if (begins && (end == words.length() || Character.isWhitespace(words.charAt(end)))) {
                return true;
            }
        }
        return false;
    }
}
