// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.smtp.domain.DomainFinding.Level;
import dev.mailer.smtp.domain.DomainFinding.Subject;
import dev.mailer.smtp.mx.DnsAnswer;
import java.util.List;
import java.util.Locale;

/** TLS-RPT: where others report how TLS went when they brought mail (RFC 8460 §3). */
final class TlsReportSubject {
    private final DomainSettings settings;
    private final Lookups dns;
    private final Findings findings = new Findings(Subject.TLS_RPT);

    TlsReportSubject(DomainSettings settings, Lookups dns) {
        this.settings = settings;
        this.dns = dns;
    }

    List<DomainFinding> run() {
        String name = "_smtp._tls." + settings.domain();
        DnsAnswer<String> answer = dns.txt(name);
        if (answer.isFailed()) {
            findings.unknown(name, answer);
            return findings.all();
        }
        List<String> records = Tags.among(answer.records(), "TLSRPTv1");
        DnsRecord wanted = DnsRecord.txt(name, "v=TLSRPTv1; rua=mailto:" + settings.reports());
        if (records.isEmpty()) {
            findings.add(
                    Level.ADVICE,
                    "there is no TLS-RPT record: nobody tells you of failures of TLS on the way to "
                            + settings.domain(),
                    "",
                    "publish this",
                    wanted);
        } else if (records.size() > 1) {
            findings.add(
                    Level.WARNING,
                    name + " has " + records.size() + " records: none of them holds",
                    String.join("\" \"", records),
                    "publish one, and remove the others",
                    null);
        } else {
            read(records.get(0), wanted);
        }
        return findings.all();
    }

    private void read(String text, DnsRecord wanted) {
        try {
            String rua = Tags.parse(text).find("rua");
            if (rua == null || rua.isEmpty()) {
                throw new IllegalArgumentException("rua= is missing");
            }
            for (String target : rua.split(",", -1)) {
                String plain = target.strip().toLowerCase(Locale.ROOT);
                if (!plain.startsWith("https://") && ReportTarget.mailDomain(target) == null) {
                    throw new IllegalArgumentException(
                            "rua= has '" + Findings.word(target.strip()) + "'; expected mailto:ADDRESS or https://");
                }
            }
            findings.ok("reports about TLS are asked for", text);
        } catch (IllegalArgumentException e) {
            findings.add(
                    Level.WARNING,
                    "the record cannot be read: " + e.getMessage(),
                    text,
                    "publish this in its place",
                    wanted);
        }
    }
}
