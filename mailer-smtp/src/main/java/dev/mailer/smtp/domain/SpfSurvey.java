// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.smtp.mx.DnsAnswer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a record costs a receiver at worst, when nothing of it matches, and what is wrong in the records that it leads to. Goes on
 * behind the limits of RFC 7208 §4.6.4, to say how far beyond them a record is, up to a limit of its own. Terms with
 * macros are counted and not followed: they depend on the mail. Used once, by one thread.
 */
final class SpfSurvey {
    /** Terms that cause questions; where there are more, counting ends. */
    static final int MAX_COUNTED = 50;

    private final Lookups dns;
    private final Set<String> path = new HashSet<>();
    private final Set<String> seen = new HashSet<>();
    private final List<String> errors = new ArrayList<>();
    private final List<String> empty = new ArrayList<>();
    private int lookups;
    private boolean pointers;
    private @Nullable DnsAnswer<?> failure;

    SpfSurvey(Lookups dns) {
        this.dns = dns;
    }

    SpfSurvey walk(String domain, SpfRecord record) {
        String name = domain.toLowerCase(Locale.ROOT);
        path.add(name);
        for (SpfTerm term : record.terms()) {
            if (term.kind() == SpfTerm.Kind.ALL || lookups > MAX_COUNTED) {
                break;
            }
            count(term, domain);
        }
        if (record.redirect() != null && record.all() == null && lookups <= MAX_COUNTED) {
            lookups++;
            follow("redirect=", record.redirect());
        }
        path.remove(name);
        return this;
    }

    int lookups() {
        return lookups;
    }

    /** How many, in words: behind the limit of counting there may be more. */
    String count() {
        return lookups > MAX_COUNTED ? "more than " + MAX_COUNTED : String.valueOf(lookups);
    }

    /** Terms whose names have no records. */
    List<String> empty() {
        return empty;
    }

    /** What is a permanent error for each receiver that comes to it, and what lets everybody in. */
    List<String> errors() {
        return errors;
    }

    boolean usesPointers() {
        return pointers;
    }

    /** True when the record, or one that it leads to, includes this domain. */
    boolean includes(String domain) {
        return seen.contains(domain.toLowerCase(Locale.ROOT));
    }

    /** The first look-up that failed; null when none did. */
    @Nullable
    DnsAnswer<?> failure() {
        return failure;
    }

    private void count(SpfTerm term, String domain) {
        if (!term.kind().asks()) {
            return;
        }
        lookups++;
        String target = term.target() == null ? domain : term.target();
        pointers |= term.kind() == SpfTerm.Kind.PTR;
        if (term.kind() == SpfTerm.Kind.INCLUDE) {
            follow("include:", target);
        } else if (term.kind() != SpfTerm.Kind.PTR && !SpfMacros.hasMacro(target)) {
            DnsAnswer<?> answer = switch (term.kind()) {
                case MX -> dns.mx(target);
                case A -> dns.addresses(target);
                default -> dns.ipv4(target);
            };
            if (answer.isFailed()) {
                failed(answer);
            } else if (answer.records().isEmpty()) {
                empty.add(term.text());
            } else if (term.kind() == SpfTerm.Kind.MX && answer.records().size() > SpfEvaluation.MAX_NAMES) {
                error(Findings.word(term.text()) + ": " + answer.records().size() + " mail hosts, allowed are "
                        + SpfEvaluation.MAX_NAMES);
            }
        }
    }

    private void follow(String how, String target) {
        if (SpfMacros.hasMacro(target)) {
            return;
        }
        String name = target.toLowerCase(Locale.ROOT);
        String term = how + Findings.word(target);
        if (path.contains(name)) {
            error(term + " leads back to itself");
            return;
        }
        seen.add(name);
        DnsAnswer<String> answer = dns.txt(target);
        if (answer.isFailed()) {
            failed(answer);
            return;
        }
        List<String> texts = SpfRecord.among(answer.records());
        if (texts.size() != 1) {
            error(term
                    + (texts.isEmpty() ? ": there is no SPF record" : ": there are " + texts.size() + " SPF records"));
            return;
        }
        try {
            SpfRecord record = SpfRecord.parse(texts.get(0));
            SpfTerm all = record.all();
            if (all != null && all.result() == SpfResult.PASS) {
                errors.add(term + " lets anybody send: it ends in " + Findings.word(all.text()));
            }
            var unused = walk(target, record);
        } catch (SpfException e) {
            error(term + ": " + e.reason());
        }
    }

    private void error(String text) {
        errors.add(text + " (permerror)");
    }

    private void failed(DnsAnswer<?> answer) {
        failure = failure == null ? answer : failure;
    }
}
