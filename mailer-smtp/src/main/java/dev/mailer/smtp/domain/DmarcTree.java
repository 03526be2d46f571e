// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.smtp.mx.DnsAnswer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The DMARC records at a domain and above it. RFC 7489 §3.2 finds the organisational domain in a list of public suffixes, which goes
 * out of date; RFC 9989 walks up the DNS. Here it is, much like that, the topmost domain with a record, of those with two labels and
 * more. A registry that says so by {@code psd=y} is none, and the domain below it is. Where nobody has a record the domain stands for itself.
 */
final class DmarcTree {
    /** Domains that are looked at, the lowest and then the topmost ones. */
    private static final int MAX = 8;

    private final String domain;
    private final Map<String, List<String>> found = new LinkedHashMap<>();
    private @Nullable DnsAnswer<?> failure;

    private DmarcTree(String domain) {
        this.domain = domain;
    }

    static DmarcTree of(String domain, Lookups dns) {
        DmarcTree tree = new DmarcTree(domain);
        String at = domain;
        while (at.indexOf('.') > 0) {
            long labels = at.chars().filter(c -> c == '.').count() + 1;
            if (at.equals(domain) || labels < MAX) {
                DnsAnswer<String> answer = dns.txt("_dmarc." + at);
                if (answer.isFailed()) {
                    tree.failure = answer;
                    return tree;
                }
                List<String> records = Tags.among(answer.records(), "DMARC1");
                if (!records.isEmpty()) {
                    tree.found.put(at, records);
                }
            }
            at = at.substring(at.indexOf('.') + 1);
        }
        return tree;
    }

    /** The first look-up that failed; null when none did. */
    @Nullable
    DnsAnswer<?> failure() {
        return failure;
    }

    /** The domain whose record holds: the domain itself, else the organisational one; null when neither has one. */
    @Nullable
    String holder() {
        if (found.containsKey(domain)) {
            return domain;
        }
        String organisation = organisation();
        return found.containsKey(organisation) ? organisation : null;
    }

    List<String> recordsOf(String holder) {
        return found.getOrDefault(holder, List.of());
    }

    String organisation() {
        String top = domain;
        for (Map.Entry<String, List<String>> one : found.entrySet()) {
            if (one.getValue().stream().noneMatch(DmarcTree::isRegistry)) {
                top = one.getKey();
            }
        }
        return top;
    }

    /**
     * RFC 7489 §7.1: whether the target of reports is of the organisation of the domain whose record names it. A domain above that one
     * is, record or not, unless it is a registry: others have no mailbox above themselves.
     */
    boolean sharesOrganisation(String target, String holder) {
        boolean registry = target.indexOf('.') < 0 || recordsOf(target).stream().anyMatch(DmarcTree::isRegistry);
        return isWithin(target, organisation()) || isWithin(target, holder) || isWithin(holder, target) && !registry;
    }

    static boolean isWithin(String name, String top) {
        return name.equals(top) || SpfEvaluation.isBelow(name, top);
    }

    private static boolean isRegistry(String record) {
        return record.matches("(?is).*;\\s*psd\\s*=\\s*y\\s*(?:;.*)?");
    }
}
