// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.nodes.Element;

/** The rules of a page by what they ask of an element first, so that an element meets few of them. Used for one page. */
final class RuleIndex {
    private static final Comparator<Entry> WEAKEST_FIRST = Comparator.<Entry>comparingInt(
                    e -> e.rule().selector().specificity())
            .thenComparingInt(Entry::order);

    private final Map<String, List<Entry>> byKey = new HashMap<>();
    private final List<Entry> forAny = new ArrayList<>();
    private int order;

    /**
     * A rule of a page.
     *
     * @param order its place among all of the page
     * @param place its place in its own sheet, by which it is marked
     */
    record Entry(StyleSheet.Rule rule, int order, int place, BitSet applied, BitSet kept) {
        /** The rule applies to an element, and was written there or must stay where it is. */
        void mark(boolean written) {
            (written ? applied : kept).set(place);
        }
    }

    void add(StyleSheet sheet, BitSet applied, BitSet kept) {
        for (int place = 0; place < sheet.rules().size(); place++) {
            StyleSheet.Rule rule = sheet.rules().get(place);
            Entry entry = new Entry(rule, order++, place, applied, kept);
            Compound subject = rule.selector().subject();
            if (subject.id() != null) {
                put("#" + subject.id(), entry);
            } else if (!subject.classes().isEmpty()) {
                put("." + subject.classes().get(0), entry);
            } else if (subject.tag() != null) {
                put(subject.tag(), entry);
            } else {
                forAny.add(entry);
            }
        }
    }

    boolean isEmpty() {
        return order == 0;
    }

    /** The rules that apply to an element, the weakest first. */
    List<Entry> matching(Element element, Work work) {
        List<Entry> matching = new ArrayList<>();
        collect(forAny, element, work, matching);
        collect(byKey.getOrDefault(element.normalName(), List.of()), element, work, matching);
        if (element.hasAttr("id")) {
            collect(byKey.getOrDefault("#" + element.attr("id"), List.of()), element, work, matching);
        }
        if (element.hasAttr("class")) {
            for (String name : List.of(element.attr("class").strip().split("\\s+")).stream()
                    .distinct()
                    .toList()) {
                collect(byKey.getOrDefault("." + name, List.of()), element, work, matching);
            }
        }
        matching.sort(WEAKEST_FIRST);
        return matching;
    }

    private static void collect(List<Entry> entries, Element element, Work work, List<Entry> matching) {
        for (Entry entry : entries) {
            if (entry.rule().selector().matches(element, work)) {
                matching.add(entry);
            }
        }
    }

    private void put(String key, Entry entry) {
        byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(entry);
    }
}
