// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.util.List;

/**
 * Looks for the certificate associations of a mail host (RFC 7672 §2.2), only where MX records and addresses were validated:
 * elsewhere somebody who forges them could as well forge these, and broken name servers would cost mail for nothing. Thread-safe.
 */
public final class DaneLookup {
    private final Dns dns;

    public DaneLookup(Dns dns) {
        this.dns = dns;
    }

    /** For the host of a route at this port; the name behind aliases counts before the one that was given (§2.2.2). */
    public DaneAnswer of(MailRoute route, MxHost host, int port, Deadline deadline) {
        if (!route.authenticated() || !host.authenticated() || host.name().startsWith("[")) {
            return none(host.name());
        }
        DaneAnswer behind = ask(host.canonicalName(), port, deadline);
        boolean isOther = !host.canonicalName().equals(host.name());
        return behind.kind() == DaneAnswer.Kind.NONE && isOther ? ask(host.name(), port, deadline) : behind;
    }

    private DaneAnswer ask(String name, int port, Deadline deadline) {
        DnsAnswer<TlsaRecord> answer = dns.tlsa("_" + port + "._tcp." + name, deadline);
        if (answer.isFailed()) {
            return new DaneAnswer(DaneAnswer.Kind.FAILED, name, List.of(), answer.reason());
        }
        if (answer.records().isEmpty() || !answer.authenticated()) {
            return none(name);
        }
        List<TlsaRecord> usable =
                answer.records().stream().filter(Associations::isUsable).toList();
        return usable.isEmpty()
                ? new DaneAnswer(DaneAnswer.Kind.UNUSABLE, name, List.of(), "")
                : new DaneAnswer(DaneAnswer.Kind.USABLE, name, usable, "");
    }

    private static DaneAnswer none(String name) {
        return new DaneAnswer(DaneAnswer.Kind.NONE, name, List.of(), "");
    }
}
