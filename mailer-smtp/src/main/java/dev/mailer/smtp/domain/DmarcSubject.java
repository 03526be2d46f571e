// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.smtp.domain.DomainFinding.Level;
import dev.mailer.smtp.domain.DomainFinding.Subject;
import dev.mailer.smtp.mx.DnsAnswer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** DMARC: the policy for mail with the domain in From, and whether DKIM and SPF speak for that domain (RFC 7489). */
final class DmarcSubject {
    private static final Set<String> POLICIES = Set.of("none", "quarantine", "reject");
    /** Addresses for reports that are looked at; receivers need not send to more than two (RFC 7489 §6.2). */
    private static final int MAX_REPORTS = 4;

    private final DomainSettings settings;
    private final Lookups dns;
    private final String domain;
    private final Findings findings = new Findings(Subject.DMARC);

    DmarcSubject(DomainSettings settings, Lookups dns) {
        this.settings = settings;
        this.dns = dns;
        this.domain = settings.domain();
    }

    List<DomainFinding> run() {
        DmarcTree tree = DmarcTree.of(domain, dns);
        DnsAnswer<?> failure = tree.failure();
        if (failure != null) {
            findings.unknown(failure.name(), failure);
            return findings.all();
        }
        String holder = tree.holder();
        List<String> records = holder == null ? List.of() : tree.recordsOf(holder);
        DnsRecord first = DnsRecord.txt("_dmarc." + domain, "v=DMARC1; p=none; rua=mailto:" + settings.reports());
        Tags tags = null;
        if (holder == null) {
            findings.add(
                    Level.PROBLEM,
                    "neither " + domain
                            + " nor a domain above it has a DMARC record; large receivers want one from whoever sends"
                            + " them many mails",
                    "",
                    "publish this record; it asks for reports and changes nothing else",
                    first);
        } else if (records.size() > 1) {
            findings.add(
                    Level.PROBLEM,
                    "_dmarc." + holder + " has " + records.size() + " records: none of them holds",
                    String.join("\" \"", records),
                    "publish one record, and remove the others",
                    null);
        } else {
            tags = read(tree, holder, first);
        }
        alignment(tree, tags);
        return findings.all();
    }

    private @Nullable Tags read(DmarcTree tree, String holder, DnsRecord first) {
        String text = tree.recordsOf(holder).get(0);
        Tags tags;
        try {
            tags = Tags.parse(text);
        } catch (IllegalArgumentException e) {
            DnsRecord mended = holder.equals(domain) && isPrintable(text) ? first : null;
            findings.add(
                    Level.PROBLEM,
                    "the record cannot be read: " + e.getMessage(),
                    text,
                    "publish one that can",
                    mended);
            return null;
        }
        if (!isPrintable(text)) {
            findings.add(
                    Level.WARNING,
                    "the record has characters other than printable ASCII, shown as ?: receivers may not read it",
                    text,
                    "publish it without them",
                    null);
        }
        policy(holder, text, tags);
        reports(tree, holder, text, tags);
        for (String name : List.of("adkim", "aspf")) {
            require(tags, name, "[rs]", "r or s", text);
        }
        require(tags, "pct", "\\d{1,2}|100", "0 to 100", text);
        return tags;
    }

    private void policy(String holder, String text, Tags tags) {
        String own = lower(tags.find("p"));
        String below = lower(tags.find("sp"));
        boolean inherited = !holder.equals(domain);
        if (own == null || !POLICIES.contains(own)) {
            findings.add(
                    Level.PROBLEM,
                    own == null
                            ? "p= is missing"
                            : "p= is '" + Findings.word(own) + "'; expected none, quarantine or reject",
                    text,
                    "publish the record with a policy, p=none to begin with, behind v=DMARC1",
                    null);
            return;
        }
        if (below != null && !POLICIES.contains(below)) {
            findings.add(
                    Level.WARNING,
                    "sp= is '" + Findings.word(below) + "'; expected none, quarantine or reject",
                    text,
                    "mend or remove it",
                    null);
        }
        String policy = inherited && below != null ? below : own;
        String where = "_dmarc." + holder + (inherited ? ", which holds for " + domain : "") + ": policy "
                + Findings.word(policy);
        if (policy.equals("none")) {
            String tag = inherited && below != null ? "sp" : "p";
            findings.add(
                    Level.ADVICE,
                    where + ": mail that others send as " + domain + " is not kept out",
                    text,
                    "once the reports show that all your mail passes, ask for more",
                    hasReports(tags) ? changed(holder, text, tags, tag, "quarantine") : null);
        } else {
            String percent = Objects.requireNonNullElse(tags.find("pct"), "100");
            boolean partly = !percent.equals("100");
            findings.add(
                    partly ? Level.ADVICE : Level.OK,
                    where + (partly ? ", for " + Findings.word(percent) + " % of the mail" : ""),
                    text,
                    partly ? "remove pct= when all your mail passes" : null,
                    null);
        }
    }

    private void require(Tags tags, String name, String pattern, String expected, String text) {
        String value = lower(tags.find(name));
        if (value != null && !value.matches(pattern)) {
            findings.add(
                    Level.WARNING,
                    name + "= is '" + Findings.word(value) + "'; expected " + expected,
                    text,
                    "mend or remove it",
                    null);
        }
    }

    /** The record with this value; null when what is there may not be what it was meant to be. */
    private static @Nullable DnsRecord changed(String holder, String text, Tags tags, String name, String value) {
        String policy = lower(tags.find("p"));
        return isPrintable(text) && policy != null && POLICIES.contains(policy)
                ? DnsRecord.txt("_dmarc." + holder, tags.with(name, value))
                : null;
    }

    private static boolean isPrintable(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    private static boolean hasReports(Tags tags) {
        String rua = tags.find("rua");
        return rua != null && Arrays.stream(rua.split(",", -1)).anyMatch(t -> ReportTarget.mailDomain(t) != null);
    }

    private void reports(DmarcTree tree, String holder, String text, Tags tags) {
        String rua = tags.find("rua");
        if (rua == null || rua.isEmpty()) {
            findings.add(
                    Level.ADVICE,
                    "nobody gets reports: rua= is missing",
                    text,
                    "have them sent to a mailbox that somebody reads, or a program",
                    changed(holder, text, tags, "rua", "mailto:" + settings.reports()));
            return;
        }
        String[] all = rua.split(",", -1);
        for (int i = 0; i < Math.min(all.length, MAX_REPORTS); i++) {
            String target = ReportTarget.mailDomain(all[i]);
            if (target == null) {
                findings.add(
                        Level.WARNING,
                        "rua= has '" + Findings.word(all[i].strip()) + "'; expected mailto:ADDRESS",
                        text,
                        "mend or remove it",
                        null);
            } else if (!tree.sharesOrganisation(target, holder)) {
                external(target, holder, text);
            }
        }
    }

    /** RFC 7489 §7.1: who is to get reports about others must have agreed. */
    private void external(String target, String holder, String text) {
        String name = holder + "._report._dmarc." + target;
        DnsAnswer<String> answer = dns.txt(name);
        if (answer.isFailed()) {
            findings.unknown(name, answer);
        } else if (Tags.among(answer.records(), "DMARC1").isEmpty()) {
            findings.add(
                    Level.WARNING,
                    target + " does not agree to get reports about " + holder + ": most receivers send it none",
                    text,
                    "have " + target + " publish this record, or name an address of your own",
                    DnsRecord.txt(name, "v=DMARC1"));
        }
    }

    private void alignment(DmarcTree tree, @Nullable Tags tags) {
        boolean strictDkim = tags != null && "s".equals(lower(tags.find("adkim")));
        boolean strictSpf = tags != null && "s".equals(lower(tags.find("aspf")));
        boolean bySpf = isAligned(settings.returnPath(), tree, strictSpf);
        List<String> signing = settings.signing().stream()
                .map(DomainSettings.Signing::domain)
                .distinct()
                .toList();
        List<String> aligned =
                signing.stream().filter(d -> isAligned(d, tree, strictDkim)).toList();
        if (!aligned.isEmpty()) {
            findings.ok(
                    "signatures of " + aligned.get(0) + " are aligned with From" + (strictDkim ? ", strictly" : ""),
                    "");
        } else if (!signing.isEmpty()) {
            findings.add(
                    bySpf ? Level.WARNING : Level.PROBLEM,
                    "signatures of " + String.join(", ", signing) + " are not aligned with From " + domain
                            + (strictDkim ? ": adkim=s wants the same domain" : ""),
                    "",
                    "sign with a key of " + domain,
                    null);
        }
        if (bySpf) {
            findings.ok("the envelope's domain " + settings.returnPath() + " is aligned with From", "");
        } else {
            findings.add(
                    aligned.isEmpty() ? Level.PROBLEM : Level.ADVICE,
                    "the envelope's domain " + settings.returnPath() + " is not aligned with From " + domain
                            + (strictSpf ? ": aspf=s wants the same domain" : "")
                            + (aligned.isEmpty() ? ", and neither is a signature" : ": DMARC rests on DKIM alone"),
                    "",
                    "use an envelope's domain at or below " + tree.organisation(),
                    null);
        }
    }

    /** RFC 7489 §3.1: the same domain, or with relaxed alignment the same organisational one. */
    private boolean isAligned(String other, DmarcTree tree, boolean strict) {
        return strict
                ? other.equals(domain)
                : DmarcTree.isWithin(other, tree.organisation()) || SpfEvaluation.isBelow(domain, other);
    }

    private static @Nullable String lower(@Nullable String value) {
        return value == null ? null : Objects.requireNonNull(value).toLowerCase(Locale.ROOT);
    }
}
