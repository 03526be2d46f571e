// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.smtp.mx.DnsAnswer;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The record to publish: what is there, what is missing, and an end that says something. It is looked at as if it were published, and
 * not proposed when it would be an error. Immutable.
 *
 * @param record null when there is none to propose
 * @param refusal why there is none, and what to do by hand; empty when there is one
 */
record SpfProposal(@Nullable DnsRecord record, String refusal) {
    private static final String END = "~all";

    /**
     * @param there all the records that are there, each of which can be read
     * @param missing addresses that do not pass
     * @param includes domains that are not included
     */
    static SpfProposal of(
            String domain, Lookups dns, List<SpfRecord> there, List<InetAddress> missing, List<String> includes) {
        String conflict = there.size() > 1 ? conflict(there) : null;
        if (conflict != null) {
            return refused(conflict + "; put what sends your mail into one record by hand");
        }
        String text = text(there, missing, includes);
        if (text == null) {
            return refused("give the addresses that your mail leaves from, or the include of your relay, to have it"
                    + " written here");
        }
        String wrong = wrong(domain, dns, Objects.requireNonNull(text));
        return wrong == null ? new SpfProposal(DnsRecord.txt(domain, text), "") : refused(wrong);
    }

    static SpfProposal refused(String why) {
        return new SpfProposal(null, why);
    }

    /** What to say beside the record, or in its place. */
    String advice(String withRecord) {
        return record != null ? withRecord : "no record is proposed: " + refusal;
    }

    /** What keeps records from being put together, as one of them says what another does not mean; null when nothing does. */
    private static @Nullable String conflict(List<SpfRecord> there) {
        for (SpfRecord record : there) {
            if (record.redirect() != null) {
                return "one of the records points elsewhere, by redirect=" + Findings.word(record.redirect());
            }
            SpfTerm keepsOut = held(record)
                    .filter(t -> t.result() != SpfResult.PASS)
                    .findFirst()
                    .orElse(null);
            if (keepsOut != null) {
                return "'" + Findings.word(keepsOut.text()) + "' may keep out what another record lets in";
            }
        }
        return null;
    }

    private static @Nullable String text(List<SpfRecord> there, List<InetAddress> missing, List<String> includes) {
        Set<String> terms = new LinkedHashSet<>();
        Set<String> modifiers = new LinkedHashSet<>();
        boolean explained = false;
        // in front of terms that may keep them out
        for (InetAddress address : missing) {
            terms.add((address instanceof Inet4Address ? "ip4:" : "ip6:") + address.getHostAddress());
        }
        for (SpfRecord record : there) {
            held(record).map(SpfTerm::text).forEach(terms::add);
            for (String modifier : record.modifiers()) {
                boolean explains = modifier.toLowerCase(Locale.ROOT).startsWith("exp=");
                if (!explains || !explained) {
                    modifiers.add(modifier);
                }
                explained |= explains;
            }
        }
        for (String name : includes) {
            String term = "include:" + name;
            if (terms.stream().noneMatch(term::equalsIgnoreCase)) {
                terms.add(term);
            }
        }
        if (terms.isEmpty() && modifiers.isEmpty()) {
            return null;
        }
        List<String> all = new ArrayList<>(List.of("v=spf1"));
        all.addAll(terms);
        String end = end(there);
        if (end != null) {
            all.add(end);
        }
        all.addAll(modifiers);
        return String.join(" ", all);
    }

    /** What stands behind all has never held. */
    private static Stream<SpfTerm> held(SpfRecord record) {
        return record.terms().stream().takeWhile(t -> t.kind() != SpfTerm.Kind.ALL);
    }

    /** The softest there is, of those that say something; null when the end is where redirect= leads. */
    private static @Nullable String end(List<SpfRecord> there) {
        boolean hard = !there.isEmpty();
        for (SpfRecord record : there) {
            SpfTerm all = record.all();
            if (all == null && record.redirect() != null) {
                return null;
            }
            hard &= all != null && all.result() == SpfResult.FAIL;
        }
        return hard ? "-all" : END;
    }

    /** Why a receiver would make nothing of it; null when it would. */
    private static @Nullable String wrong(String domain, Lookups dns, String text) {
        SpfSurvey survey = new SpfSurvey(dns);
        try {
            var unused = survey.walk(domain, SpfRecord.parse(text));
        } catch (SpfException e) {
            return "it could not be read: " + e.reason() + "; write it by hand";
        }
        if (!survey.errors().isEmpty()) {
            return "it would have an error: " + survey.errors().get(0) + "; mend or remove the term first";
        }
        if (survey.lookups() > SpfEvaluation.MAX_LOOKUPS) {
            return "it would need " + survey.count() + " look-ups, allowed are " + SpfEvaluation.MAX_LOOKUPS
                    + "; remove what no longer sends your mail first";
        }
        if (survey.empty().size() > SpfEvaluation.MAX_VOID) {
            return "more than " + SpfEvaluation.MAX_VOID + " of its terms would lead to nothing: "
                    + Findings.word(String.join(" ", survey.empty())) + "; remove these first";
        }
        DnsAnswer<?> failure = survey.failure();
        return failure == null
                ? null
                : "nobody could say what is at " + Findings.word(failure.name()) + ", which it leads to: "
                        + failure.reason() + "; run it again";
    }
}
