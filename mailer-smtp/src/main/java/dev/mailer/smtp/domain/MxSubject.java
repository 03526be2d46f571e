// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.api.spi.SpecialAddresses;
import dev.mailer.smtp.domain.DomainFinding.Level;
import dev.mailer.smtp.domain.DomainFinding.Subject;
import dev.mailer.smtp.mx.DnsAnswer;
import dev.mailer.smtp.mx.MxRecord;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Whether answers and bounces can come back (RFC 5321 §5.1). */
final class MxSubject {
    /** Hosts of a domain that are looked at. */
    private static final int MAX_HOSTS = 20;

    private final DomainSettings settings;
    private final Lookups dns;
    private final Findings findings = new Findings(Subject.MX);

    MxSubject(DomainSettings settings, Lookups dns) {
        this.settings = settings;
        this.dns = dns;
    }

    List<DomainFinding> run() {
        look(settings.domain(), settings.domain().equals(settings.returnPath()) ? "answers and bounces" : "answers");
        if (!settings.domain().equals(settings.returnPath())) {
            look(settings.returnPath(), "bounces");
        }
        return findings.all();
    }

    private void look(String domain, String what) {
        DnsAnswer<MxRecord> answer = dns.mx(domain);
        switch (answer.kind()) {
            case FAILED -> findings.unknown(domain, answer);
            case NXDOMAIN ->
                findings.add(
                        Level.PROBLEM,
                        "the domain " + domain + " does not exist: " + what
                                + " are lost, and receivers refuse its mail",
                        "",
                        "register it, or see how it is written",
                        null);
            case NODATA -> implicit(domain, what);
            case RECORDS -> explicit(domain, what, answer.records());
        }
    }

    private void implicit(String domain, String what) {
        DnsAnswer<InetAddress> addresses = dns.addresses(domain);
        if (addresses.isFailed()) {
            findings.unknown(domain, addresses);
        } else if (addresses.records().isEmpty()) {
            findings.add(
                    Level.PROBLEM,
                    domain + " has no MX record and no address: " + what
                            + " cannot come back, and many receivers refuse its mail",
                    "",
                    "publish an MX record that names the host that takes its mail",
                    null);
        } else {
            findings.add(
                    Level.ADVICE,
                    domain + " has no MX record: " + what + " go to its own address " + shown(addresses.records()),
                    "",
                    "publish an MX record, if mail is taken there, and also if not",
                    null);
        }
    }

    private void explicit(String domain, String what, List<MxRecord> records) {
        List<MxRecord> sorted = records.stream()
                .sorted(Comparator.comparingInt(MxRecord::preference).thenComparing(MxRecord::host))
                .limit(MAX_HOSTS)
                .toList();
        String published = sorted.stream()
                .map(r -> r.preference() + " " + (r.host().isEmpty() ? "." : r.host()))
                .collect(Collectors.joining(", "));
        boolean none = sorted.stream().anyMatch(r -> r.host().isEmpty());
        if (none && sorted.size() > 1) {
            findings.add(
                    Level.PROBLEM,
                    domain + " says that it takes no mail, and names mail hosts beside it (RFC 7505 §3)",
                    published,
                    "remove the record with the dot, or the others",
                    null);
        } else if (none) {
            findings.add(
                    what.equals("answers") ? Level.WARNING : Level.PROBLEM,
                    domain + " takes no mail, as its null MX says: " + what
                            + " cannot come back, and some receivers refuse its mail",
                    published,
                    "publish an MX record that names a host that takes its mail",
                    null);
        } else {
            int before = findings.all().size();
            boolean some = false;
            for (MxRecord record : sorted) {
                some |= host(domain, record.host(), published);
            }
            if (!some && findings.all().stream().noneMatch(f -> f.level() == Level.UNKNOWN)) {
                findings.add(
                        Level.PROBLEM,
                        "no mail host of " + domain + " can be reached: " + what + " are lost",
                        published,
                        "mend one",
                        null);
            } else if (findings.all().size() == before) {
                findings.ok(domain + " has mail hosts, and they have addresses", published);
            }
        }
    }

    /** True when mail can be brought there. */
    private boolean host(String domain, String host, String published) {
        if (AddressText.parse(host) != null) {
            findings.add(
                    Level.PROBLEM,
                    "an MX record of " + domain + " names the address " + host + "; it has to name a host",
                    published,
                    "give the address a name, and name that",
                    null);
            return false;
        }
        DnsAnswer<InetAddress> addresses = dns.addresses(host);
        if (addresses.isFailed()) {
            findings.unknown(host, addresses);
            return false;
        }
        if (addresses.records().isEmpty()) {
            findings.add(
                    Level.PROBLEM,
                    "the mail host " + host + " has no address",
                    published,
                    "publish one, or remove the MX record",
                    null);
            return false;
        }
        if (!addresses.name().equals(host)) {
            findings.add(
                    Level.WARNING,
                    "the mail host " + host + " is an alias of " + addresses.name()
                            + "; MX records must not name aliases (RFC 2181 §10.3)",
                    published,
                    "name " + Findings.word(addresses.name()) + " in the MX record",
                    null);
        }
        List<InetAddress> closed = addresses.records().stream()
                .filter(a -> !SpecialAddresses.isPublic(a))
                .toList();
        if (!closed.isEmpty()) {
            findings.add(
                    Level.PROBLEM,
                    "the mail host " + host + " has addresses that are not of the public Internet: " + shown(closed),
                    published,
                    "remove them from the DNS that others see",
                    null);
        }
        return closed.size() < addresses.records().size();
    }

    private static String shown(List<InetAddress> addresses) {
        return Findings.word(addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", ")));
    }
}
