// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.smtp.domain.DomainFinding.Level;
import dev.mailer.smtp.domain.DomainFinding.Subject;
import dev.mailer.smtp.mx.DnsAnswer;
import dev.mailer.smtp.mx.MxRecord;
import dev.mailer.smtp.mx.PolicyException;
import dev.mailer.smtp.mx.PolicyFetch;
import dev.mailer.smtp.mx.StsMode;
import dev.mailer.smtp.mx.StsPolicy;
import dev.mailer.smtp.mx.StsRecord;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** MTA-STS: whether others bring mail to the domain over TLS that is verified (RFC 8461). */
final class StsSubject {
    /** RFC 8461 §3.2: weeks are meant. */
    private static final Duration SHORT = Duration.ofDays(1);

    private static final DateTimeFormatter ID =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final DomainSettings settings;
    private final Lookups dns;
    private final PolicyFetch policies;
    private final String domain;
    private final Findings findings = new Findings(Subject.MTA_STS);

    StsSubject(DomainSettings settings, Lookups dns, PolicyFetch policies) {
        this.settings = settings;
        this.dns = dns;
        this.policies = policies;
        this.domain = settings.domain();
    }

    List<DomainFinding> run() {
        String name = "_mta-sts." + domain;
        DnsAnswer<String> answer = dns.txt(name);
        if (answer.isFailed()) {
            findings.unknown(name, answer);
            return findings.all();
        }
        List<String> records =
                answer.records().stream().filter(t -> t.startsWith("v=STSv1")).toList();
        DnsRecord wanted = DnsRecord.txt(name, "v=STSv1; id=" + ID.format(settings.now()));
        if (records.isEmpty()) {
            findings.add(
                    Level.ADVICE,
                    "there is no MTA-STS record: mail to " + domain + " may come unencrypted, or over somebody between",
                    "",
                    "if " + domain + " takes mail: put a policy at https://mta-sts." + domain
                            + "/.well-known/mta-sts.txt, mode:" + " testing to begin with, and then publish this",
                    wanted);
            return findings.all();
        }
        String published = String.join("\" \"", records);
        if (StsRecord.id(answer.records()) == null) {
            findings.add(
                    Level.PROBLEM,
                    records.size() > 1
                            ? name + " has " + records.size() + " records: none of them holds"
                            : "the record cannot be read; expected v=STSv1; id= and 1 to 32 letters and digits",
                    published,
                    "publish this in its place",
                    wanted);
            return findings.all();
        }
        policy(published);
        return findings.all();
    }

    private void policy(String published) {
        StsPolicy policy;
        try {
            policy = StsPolicy.parse(policies.fetch(domain, dns.deadline()));
        } catch (PolicyException e) {
            if (dns.deadline().isOver()) {
                findings.unknown(
                        "the policy was not had in the time that the check may take: "
                                + Findings.word(String.valueOf(e.getMessage())),
                        "see whether https://mta-sts." + domain
                                + "/.well-known/mta-sts.txt answers, and run it again with more time");
                return;
            }
            findings.add(
                    Level.PROBLEM,
                    "the policy cannot be had: " + Findings.word(String.valueOf(e.getMessage())),
                    published,
                    "put it at https://mta-sts." + domain
                            + "/.well-known/mta-sts.txt, as text/plain, without redirects",
                    null);
            return;
        } catch (IllegalArgumentException e) {
            findings.add(
                    Level.PROBLEM,
                    "the policy cannot be read: " + Findings.word(String.valueOf(e.getMessage())),
                    published,
                    "mend it, and change the id of the record",
                    null);
            return;
        }
        String mode = policy.mode().name().toLowerCase(Locale.ROOT);
        boolean covered = hosts(policy, published);
        if (policy.mode() != StsMode.ENFORCE) {
            findings.add(
                    Level.ADVICE,
                    "the policy is of mode " + mode + ", which holds nobody to it",
                    published,
                    "once reports show no failures, set mode: enforce, and change the id of the record",
                    null);
        } else if (covered) {
            findings.ok("a policy of mode enforce names all mail hosts", published);
        }
        if (policy.maxAge().compareTo(SHORT) < 0) {
            findings.add(
                    Level.ADVICE,
                    "the policy is kept for " + policy.maxAge().toSeconds() + " s, which protects little",
                    published,
                    "set max_age to weeks, such as 1209600",
                    null);
        }
    }

    private boolean hosts(StsPolicy policy, String published) {
        DnsAnswer<MxRecord> answer = dns.mx(domain);
        if (answer.isFailed()) {
            findings.unknown(domain, answer);
            return false;
        }
        List<String> outside = answer.records().stream()
                .map(MxRecord::host)
                .filter(h -> policy.mode() != StsMode.NONE && !h.isEmpty() && !policy.allows(h))
                .sorted()
                .toList();
        if (!outside.isEmpty()) {
            boolean enforced = policy.mode() == StsMode.ENFORCE;
            findings.add(
                    enforced ? Level.PROBLEM : Level.WARNING,
                    "the policy does not name the mail host " + Findings.word(String.join(", ", outside))
                            + (enforced ? ": mail does not come there" : ""),
                    published,
                    "add a line mx: for it to the policy, and change the id of the record",
                    null);
        }
        return outside.isEmpty();
    }
}
