// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which declarations of an element win, in the order that says so: rules, the style attribute, important rules, what is important
 * in the style attribute. A later block takes the place of an earlier one, property by property; within a block all values of a
 * property stay, since the first are for programs that do not know the last. Used once.
 */
final class Cascade {
    private final Map<String, List<String>> winners = new LinkedHashMap<>();
    private final Work work;

    private Cascade(Work work) {
        this.work = work;
    }

    /** @param rules the weakest first */
    static String of(List<RuleIndex.Entry> rules, String attribute, Work work) {
        Cascade cascade = new Cascade(work);
        List<Declaration> own = Declaration.parse(attribute);
        for (RuleIndex.Entry entry : rules) {
            cascade.add(entry.rule().declarations(), false, "");
        }
        cascade.add(own, false, "");
        for (RuleIndex.Entry entry : rules) {
            // Without the mark: in an attribute it would beat what a style for small screens says.
            cascade.add(entry.rule().declarations(), true, "");
        }
        cascade.add(own, true, " !important");
        List<String> all = new ArrayList<>();
        cascade.winners.values().forEach(all::addAll);
        return String.join("; ", all);
    }

    private void add(List<Declaration> block, boolean important, String mark) {
        Map<String, List<String>> ofBlock = new LinkedHashMap<>();
        for (Declaration d : block) {
            if (d.important() == important && work.step()) {
                ofBlock.computeIfAbsent(d.property(), p -> new ArrayList<>())
                        .add(d.property() + ": " + d.value() + mark);
            }
        }
        ofBlock.forEach((property, values) -> {
            winners.remove(property);
            winners.put(property, values);
        });
    }
}
