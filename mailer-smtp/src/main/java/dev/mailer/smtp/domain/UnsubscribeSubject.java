// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.api.spi.SpecialAddresses;
import dev.mailer.smtp.domain.DomainFinding.Level;
import dev.mailer.smtp.domain.DomainFinding.Subject;
import dev.mailer.smtp.mx.DnsAnswer;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;

/**
 * Whether the URL of List-Unsubscribe is fit for one click (RFC 8058). Nothing is posted to it, and nothing fetched: that
 * could unsubscribe somebody.
 */
final class UnsubscribeSubject {
    private final DomainSettings settings;
    private final Lookups dns;
    private final Findings findings = new Findings(Subject.UNSUBSCRIBE);

    UnsubscribeSubject(DomainSettings settings, Lookups dns) {
        this.settings = settings;
        this.dns = dns;
    }

    List<DomainFinding> run() {
        if (settings.unsubscribe().isEmpty()) {
            findings.add(
                    Level.ADVICE,
                    "nothing was looked at: no URL of List-Unsubscribe was given",
                    "",
                    "mail to many needs one that a single POST unsubscribes; give it",
                    null);
        }
        settings.unsubscribe().forEach(this::look);
        return findings.all();
    }

    private void look(URI url) {
        String host = url.getHost();
        // the path and what follows is a token that unsubscribes somebody
        String shown = Findings.word(url.getScheme() + "://" + host);
        if (!"https".equalsIgnoreCase(url.getScheme()) || host == null || url.getRawUserInfo() != null) {
            findings.add(
                    Level.PROBLEM,
                    "the URL is no https://HOST/… (RFC 8058 §3.1)",
                    Findings.word(url.getScheme() + ":"),
                    "use one, without user and password",
                    null);
            return;
        }
        InetAddress literal = AddressText.parse(host.replaceAll("[\\[\\]]", ""));
        if (literal != null) {
            findings.add(
                    Level.PROBLEM,
                    "the URL names an address: few certificates do",
                    shown,
                    "use the name of a host",
                    null);
            return;
        }
        DnsAnswer<InetAddress> addresses = dns.addresses(host);
        if (addresses.isFailed()) {
            findings.unknown(host, addresses);
        } else if (addresses.records().stream().noneMatch(SpecialAddresses::isPublic)) {
            findings.add(
                    Level.PROBLEM,
                    "the host " + Findings.word(host) + " has no public address: no mail program gets there",
                    shown,
                    "publish its address",
                    null);
        } else if (settings.signing().isEmpty()) {
            findings.add(
                    Level.WARNING,
                    "List-Unsubscribe and List-Unsubscribe-Post must be signed (RFC 8058 §4), and no signing key is known",
                    shown,
                    "sign mail with DKIM",
                    null);
        } else {
            findings.ok(
                    "the URL is https, its host has a public address, and the signer of this product signs List-Unsubscribe and"
                            + " List-Unsubscribe-Post; not looked at: certificate, and the answer to a POST, which would unsubscribe"
                            + " somebody",
                    shown);
        }
    }
}
