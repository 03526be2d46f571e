// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The record to publish: what is there, what is missing, and an end that says something. Immutable. */
final class SpfProposal {
    private static final String END = "~all";

    private SpfProposal() {}

    /**
     * Null when it cannot be told: nothing is known of what sends, or several records point elsewhere.
     *
     * @param texts the records that are there, which can be read
     * @param missing addresses that do not pass
     * @param includes domains that are not included
     */
    static @Nullable String of(List<SpfRecord> texts, List<InetAddress> missing, List<String> includes) {
        Set<String> terms = new LinkedHashSet<>();
        List<String> modifiers = new ArrayList<>();
        String end = null;
        // in front of terms that may keep them out
        for (InetAddress address : missing) {
            terms.add((address instanceof Inet4Address ? "ip4:" : "ip6:") + address.getHostAddress());
        }
        for (SpfRecord record : texts) {
            boolean ended = false;
            for (String word : SpfRecord.words(record.text())) {
                String lower = word.toLowerCase(Locale.ROOT);
                if (lower.matches("[a-z][a-z0-9._-]*=.*")) {
                    modifiers.add(word);
                } else if (lower.matches("[+?~-]?all")) {
                    end = end == null ? lower : end;
                    ended = true;
                } else if (!ended) {
                    // what stands behind all has never held
                    terms.add(word);
                }
            }
        }
        includes.forEach(name -> terms.add("include:" + name));
        boolean redirects =
                modifiers.stream().anyMatch(m -> m.toLowerCase(Locale.ROOT).startsWith("redirect="));
        if (terms.isEmpty() && modifiers.isEmpty() || redirects && texts.size() > 1) {
            return null;
        }
        List<String> all = new ArrayList<>(List.of("v=spf1"));
        all.addAll(terms);
        boolean saysNothing = end == null || end.equals("?all") || end.equals("+all") || end.equals("all");
        if (end != null || !redirects) {
            all.add(saysNothing ? END : end);
        }
        all.addAll(modifiers);
        return String.join(" ", all);
    }
}
