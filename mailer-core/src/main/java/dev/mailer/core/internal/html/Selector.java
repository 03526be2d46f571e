// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

import java.util.List;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/**
 * A selector without pseudo-classes and pseudo-elements, as in {@code table.items > tr td}. Immutable.
 *
 * <p>jsoup has selectors too, but theirs are not those of CSS: classes match in any case, and {@code ~=} is a regular expression.
 */
final class Selector {
    private final List<Compound> compounds;
    /** Before each compound; nothing of meaning before the first. */
    private final List<Character> combinators;

    private final int specificity;

    Selector(List<Compound> compounds, List<Character> combinators) {
        this.compounds = List.copyOf(compounds);
        this.combinators = List.copyOf(combinators);
        int sum = 0;
        for (Compound c : compounds) {
            sum += (c.id() == null ? 0 : 1_000_000)
                    + 1_000 * (c.classes().size() + c.attributes().size())
                    + (c.tag() == null ? 0 : 1);
        }
        this.specificity = sum;
    }

    /** Ids, then classes and attributes, then types; larger wins. */
    int specificity() {
        return specificity;
    }

    /** What it asks of the element itself. */
    Compound subject() {
        return compounds.get(compounds.size() - 1);
    }

    /** False as well when the work is exhausted. */
    boolean matches(Element element, Work work) {
        return matches(compounds.size() - 1, element, work);
    }

    private boolean matches(int at, Element element, Work work) {
        if (!compounds.get(at).matches(element, work)) {
            return false;
        }
        if (at == 0) {
            return true;
        }
        char combinator = combinators.get(at);
        boolean many = combinator == ' ' || combinator == '~';
        Element other = before(combinator, element, work);
        while (other != null) {
            if (matches(at - 1, other, work)) {
                return true;
            }
            other = many ? before(combinator, other, work) : null;
        }
        return false;
    }

    private static @Nullable Element before(char combinator, Element element, Work work) {
        if (combinator == '+' || combinator == '~') {
            Element other = element.previousElementSibling();
            int between = element.siblingIndex() - (other == null ? 0 : other.siblingIndex());
            return work.step(between / 8) ? other : null;
        }
        Element parent = element.parent();
        return parent instanceof Document ? null : parent;
    }
}
