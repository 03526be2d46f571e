// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.smtp.domain.DomainFinding.Level;
import dev.mailer.smtp.domain.DomainFinding.Subject;
import dev.mailer.smtp.mx.DnsAnswer;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** SPF of the domain that stands in the envelope, which is the one receivers look at (RFC 7208). */
final class SpfSubject {
    /** Longer records need more than one packet with what is around them (RFC 7208 §3.4). */
    private static final int LONG = 450;

    private final DomainSettings settings;
    private final Lookups dns;
    private final String domain;
    private final Findings findings = new Findings(Subject.SPF);
    private final List<InetAddress> missing = new ArrayList<>();
    private final List<String> notIncluded = new ArrayList<>();

    SpfSubject(DomainSettings settings, Lookups dns) {
        this.settings = settings;
        this.dns = dns;
        this.domain = settings.returnPath();
    }

    List<DomainFinding> run() {
        DnsAnswer<String> answer = dns.txt(domain);
        if (answer.isFailed()) {
            findings.unknown(domain, answer);
            return findings.all();
        }
        if (answer.records().size() >= Lookups.MAX_RECORDS) {
            findings.unknown(
                    domain + " has " + Lookups.MAX_RECORDS + " TXT records or more: no more of them are looked at",
                    "remove what nobody needs, and run it again");
            return findings.all();
        }
        List<String> texts = SpfRecord.among(answer.records());
        if (texts.isEmpty()) {
            absent();
        } else if (texts.size() > 1) {
            several(texts);
        } else {
            single(texts.get(0));
        }
        return findings.all();
    }

    private void absent() {
        SpfProposal wanted = SpfProposal.of(domain, dns, List.of(), settings.sources(), settings.includes());
        boolean known = !settings.sources().isEmpty() || !settings.includes().isEmpty();
        findings.add(
                Level.PROBLEM,
                domain + " has no SPF record",
                "",
                known
                        ? wanted.advice("publish this record")
                        : "publish a TXT record that names what sends its mail, such as v=spf1 ip4:ADDRESS ~all; "
                                + wanted.refusal(),
                wanted.record());
    }

    private void several(List<String> texts) {
        SpfProposal wanted = together(texts);
        findings.add(
                Level.PROBLEM,
                domain + " has " + texts.size() + " SPF records, which is an error (permerror): none of them holds",
                String.join("\" \"", texts),
                wanted.advice("publish one record, and remove the others"),
                wanted.record());
    }

    private SpfProposal together(List<String> texts) {
        List<SpfRecord> records = new ArrayList<>();
        for (String text : texts) {
            try {
                records.add(SpfRecord.parse(text));
            } catch (SpfException e) {
                return SpfProposal.refused("one of the records cannot be read: " + e.reason()
                        + "; correct it by hand, and put what sends your mail into one record");
            }
        }
        return SpfProposal.of(domain, dns, records, settings.sources(), settings.includes());
    }

    private void single(String text) {
        SpfRecord record;
        try {
            record = SpfRecord.parse(text);
        } catch (SpfException e) {
            findings.add(
                    Level.PROBLEM,
                    "the record cannot be read (permerror): " + e.reason(),
                    text,
                    "mend the term; until then receivers take it as if there were none",
                    null);
            return;
        }
        SpfSurvey survey = new SpfSurvey(dns).walk(domain, record);
        settings.includes().stream().filter(i -> !survey.includes(i)).forEach(notIncluded::add);
        List<SpfEvaluation.Verdict> verdicts =
                settings.sources().stream().map(this::verdict).toList();
        for (int i = 0; i < verdicts.size(); i++) {
            SpfEvaluation.Verdict verdict = verdicts.get(i);
            // who passes because all do is named before all no longer do
            if (isRefused(verdict.result()) || verdict.term().matches("(?i)\\+?all")) {
                missing.add(settings.sources().get(i));
            }
        }
        // what is in order costs no more look-ups
        SpfProposal wanted = missing.isEmpty() && notIncluded.isEmpty() && saysSomething(record)
                ? SpfProposal.refused("")
                : SpfProposal.of(domain, dns, List.of(record), missing, notIncluded);
        published(record, survey, wanted);
        notIncluded.forEach(name -> findings.add(
                Level.PROBLEM,
                "the record does not include " + name,
                text,
                wanted.advice("publish this in its place"),
                wanted.record()));
        for (int i = 0; i < verdicts.size(); i++) {
            source(settings.sources().get(i), verdicts.get(i), text, wanted);
        }
        if (settings.sources().isEmpty()) {
            findings.add(
                    Level.ADVICE,
                    "whether your mail passes was not looked at: no address that sends it was given",
                    "",
                    "give the addresses that your mail leaves from",
                    null);
        }
    }

    private SpfEvaluation.Verdict verdict(InetAddress address) {
        String said = settings.ehlo(address);
        String helo = said == null ? domain : said;
        return new SpfEvaluation(dns, new SpfMacros(address, "postmaster", domain, helo)).of(domain);
    }

    private static boolean isRefused(SpfResult result) {
        return result != SpfResult.PASS && result != SpfResult.TEMPERROR && result != SpfResult.PERMERROR;
    }

    private void source(InetAddress address, SpfEvaluation.Verdict verdict, String text, SpfProposal wanted) {
        String name = address.getHostAddress();
        switch (verdict.result()) {
            case PASS -> findings.ok(name + " passes, by " + Findings.word(verdict.term()), "");
            case TEMPERROR ->
                findings.unknown(
                        "whether " + name + " passes: " + verdict.term(),
                        "see whether the name servers answer, and run it again");
            case PERMERROR ->
                findings.add(
                        Level.PROBLEM,
                        name + " does not pass (permerror): " + verdict.term(),
                        "",
                        "mend what is named above",
                        null);
            default ->
                findings.add(
                        Level.PROBLEM,
                        name + " does not pass (" + verdict.result() + ", by " + Findings.word(verdict.term()) + ")",
                        text,
                        wanted.advice(
                                "publish this in place of the record, if mail of " + domain + " is sent from there"),
                        wanted.record());
        }
    }

    private void published(SpfRecord record, SpfSurvey survey, SpfProposal wanted) {
        String text = record.text();
        int before = findings.all().size();
        survey.errors().forEach(problem -> findings.add(Level.PROBLEM, problem, text, "mend or remove the term", null));
        cost(text, survey);
        end(record, wanted);
        if (survey.usesPointers()) {
            findings.add(
                    Level.ADVICE,
                    "ptr is slow, not reliable, and passed over by some receivers (RFC 7208 §5.5)",
                    text,
                    "name addresses instead",
                    null);
        }
        if (text.length() > LONG) {
            findings.add(
                    Level.ADVICE,
                    "the record has " + text.length() + " characters; with more than " + LONG
                            + " answers may be cut off",
                    text,
                    "move part of it into a record of its own, and include that",
                    null);
        }
        DnsAnswer<?> failure = survey.failure();
        if (failure != null) {
            findings.unknown(failure.name(), failure);
        } else if (findings.all().size() == before) {
            findings.ok(
                    domain + " has a record, with " + survey.count() + " of " + SpfEvaluation.MAX_LOOKUPS + " look-ups",
                    text);
        }
    }

    private void cost(String text, SpfSurvey survey) {
        if (survey.lookups() > SpfEvaluation.MAX_LOOKUPS) {
            findings.add(
                    Level.PROBLEM,
                    "the record needs " + survey.count() + " look-ups, allowed are " + SpfEvaluation.MAX_LOOKUPS
                            + " (permerror): receivers that come so far take it as if there were none",
                    text,
                    "remove what no longer sends your mail, and name addresses in place of a, mx and includes",
                    null);
        } else if (survey.lookups() == SpfEvaluation.MAX_LOOKUPS) {
            findings.add(
                    Level.WARNING,
                    "the record needs all " + SpfEvaluation.MAX_LOOKUPS
                            + " look-ups that are allowed: it breaks when one that it includes needs more",
                    text,
                    "remove what no longer sends your mail",
                    null);
        }
        List<String> empty = survey.empty();
        if (!empty.isEmpty()) {
            boolean tooMany = empty.size() > SpfEvaluation.MAX_VOID;
            findings.add(
                    tooMany ? Level.PROBLEM : Level.WARNING,
                    "leads to nothing: " + Findings.word(String.join(" ", empty))
                            + (tooMany
                                    ? "; more than " + SpfEvaluation.MAX_VOID + " such terms are an error (permerror)"
                                    : ""),
                    text,
                    "remove these terms",
                    null);
        }
    }

    private static boolean saysSomething(SpfRecord record) {
        SpfTerm all = record.all();
        return all == null
                ? record.redirect() != null
                : all.result() == SpfResult.FAIL || all.result() == SpfResult.SOFTFAIL;
    }

    private void end(SpfRecord record, SpfProposal wanted) {
        if (saysSomething(record)) {
            return;
        }
        SpfTerm all = record.all();
        boolean anybody = all != null && all.result() == SpfResult.PASS;
        String what = all == null ? "the record has no all at its end" : Findings.word(all.text());
        findings.add(
                anybody ? Level.PROBLEM : Level.WARNING,
                what + (anybody ? " lets anybody send as " + domain : ": it says nothing of mail from elsewhere"),
                record.text(),
                wanted.advice("publish this in its place"),
                wanted.record());
    }
}
