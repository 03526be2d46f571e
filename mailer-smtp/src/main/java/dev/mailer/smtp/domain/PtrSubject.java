// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.api.spi.SpecialAddresses;
import dev.mailer.smtp.domain.DomainFinding.Level;
import dev.mailer.smtp.domain.DomainFinding.Subject;
import dev.mailer.smtp.mx.DnsAnswer;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether each address that sends has a name that leads back to it, and is greeted by (RFC 1912 §2.1). */
final class PtrSubject {
    /** Names of an address that are looked at. */
    private static final int MAX_NAMES = 10;

    private final DomainSettings settings;
    private final Lookups dns;
    private final Findings findings = new Findings(Subject.PTR);

    PtrSubject(DomainSettings settings, Lookups dns) {
        this.settings = settings;
        this.dns = dns;
    }

    List<DomainFinding> run() {
        if (settings.sources().isEmpty()) {
            findings.add(
                    Level.ADVICE,
                    "nothing was looked at: no address that sends mail was given",
                    "",
                    "give the addresses that your mail leaves from; behind a relay, its operator looks after this",
                    null);
        }
        settings.sources().stream()
                .map(settings::ehlo)
                .filter(said -> said != null && !isFull(said))
                .distinct()
                .forEach(said -> findings.add(
                        Level.WARNING,
                        "EHLO says " + said + ", which is no name that others can look up (RFC 5321 §4.1.1.1)",
                        "",
                        "set a full name, such as mail." + settings.domain(),
                        null));
        settings.sources().forEach(this::look);
        return findings.all();
    }

    private static boolean isFull(String name) {
        return name.indexOf('.') > 0;
    }

    private void look(InetAddress address) {
        String own = address.getHostAddress();
        if (!SpecialAddresses.isPublic(address)) {
            findings.add(
                    Level.PROBLEM,
                    own + " is no address of the public Internet: receivers see another",
                    "",
                    "give the address that others see",
                    null);
            return;
        }
        String said = settings.ehlo(address);
        String ehlo = said != null && isFull(said) ? said : null;
        String name = AddressText.reverse(address);
        DnsAnswer<String> answer = dns.ptr(name);
        if (answer.isFailed()) {
            findings.unknown(name, answer);
            return;
        }
        List<String> names =
                answer.records().subList(0, Math.min(MAX_NAMES, answer.records().size()));
        String published = String.join(", ", names);
        DnsRecord wanted = ehlo == null ? null : new DnsRecord(name, "PTR", ehlo);
        String owner = "have the owner of the address, your provider, publish this";
        if (names.isEmpty()) {
            findings.add(
                    Level.PROBLEM,
                    own + " has no name: large receivers refuse its mail",
                    "",
                    wanted == null ? "have the owner of the address give it the name of EHLO" : owner,
                    wanted);
            return;
        }
        List<String> confirmed = confirmed(address, names);
        if (confirmed == null) {
            return;
        }
        if (confirmed.isEmpty()) {
            String text = "no name of " + own + " leads back to it";
            if (wanted != null && !names.contains(wanted.value())) {
                String lead = ", and let " + wanted.value() + " lead to " + own;
                findings.add(Level.PROBLEM, text, published, owner + lead, wanted);
            } else {
                leadBack(address, wanted == null ? names.get(0) : wanted.value(), text, published);
            }
        } else if (ehlo != null && !confirmed.contains(ehlo)) {
            findings.add(
                    Level.WARNING,
                    "the name of EHLO, " + ehlo + ", is no name of " + own,
                    published,
                    "set ehlo to " + Findings.word(confirmed.get(0)) + ", or " + owner,
                    wanted);
        } else {
            findings.ok(
                    own + " has a name that leads back to it" + (ehlo == null ? "" : ", and EHLO says it"), published);
        }
    }

    /** A name that has addresses is in use for them: a record that stands beside those, or in their place, may take it away. */
    private void leadBack(InetAddress address, String name, String text, String published) {
        String own = address.getHostAddress();
        DnsAnswer<InetAddress> others = dns.addresses(name);
        boolean free = !others.isFailed() && others.records().isEmpty();
        findings.add(
                Level.PROBLEM,
                text,
                published,
                (free ? "publish this" : "let " + Findings.word(name) + " lead to " + own)
                        + ", or have the owner of the address give it a name that leads to it",
                free ? new DnsRecord(name, address instanceof Inet4Address ? "A" : "AAAA", own) : null);
    }

    /** The names that lead back; null when that cannot be told, which is among the findings then. */
    private @Nullable List<String> confirmed(InetAddress address, List<String> names) {
        List<String> confirmed = new ArrayList<>();
        DnsAnswer<?> failure = null;
        String failedName = "";
        for (String name : names) {
            DnsAnswer<InetAddress> forward = dns.likeOf(address, name);
            if (forward.isFailed()) {
                failure = forward;
                failedName = name;
            } else if (forward.records().contains(address)) {
                confirmed.add(name);
            }
        }
        if (confirmed.isEmpty() && failure != null) {
            findings.unknown(failedName, failure);
            return null;
        }
        return confirmed;
    }
}
