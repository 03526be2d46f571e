// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.smtp.dkim.DkimAlgorithm;
import dev.mailer.smtp.dkim.DkimDnsRecord;
import dev.mailer.smtp.dkim.DkimPrivateKey;
import dev.mailer.smtp.dkim.PublishedKey;
import dev.mailer.smtp.domain.DomainFinding.Level;
import dev.mailer.smtp.domain.DomainFinding.Subject;
import dev.mailer.smtp.mx.DnsAnswer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The key records of the selectors that mail is signed with (RFC 6376 §3.6). */
final class DkimSubject {
    /** What receivers trust; less is accepted from 1024 on (RFC 8301 §3.2). */
    private static final int GOOD_RSA_BITS = 2048;

    private final DomainSettings settings;
    private final Lookups dns;
    private final Findings findings = new Findings(Subject.DKIM);

    DkimSubject(DomainSettings settings, Lookups dns) {
        this.settings = settings;
        this.dns = dns;
    }

    List<DomainFinding> run() {
        if (settings.signing().isEmpty()) {
            findings.add(
                    Level.WARNING,
                    "nothing was looked at: no selector of " + settings.domain()
                            + " is known, and DNS has no list of them",
                    "",
                    "sign mail, and give the selector",
                    null);
        }
        settings.signing().forEach(this::look);
        boolean rsa = settings.signing().stream().anyMatch(s -> s.key() == null || isRsa(s.key()));
        if (!settings.signing().isEmpty() && !rsa) {
            findings.add(
                    Level.WARNING,
                    "mail is signed with Ed25519 alone, which many receivers do not verify",
                    "",
                    "sign with an RSA key beside it",
                    null);
        }
        return findings.all();
    }

    private static boolean isRsa(DkimPrivateKey key) {
        return key.algorithm() == DkimAlgorithm.RSA;
    }

    private void look(DomainSettings.Signing signing) {
        String name = signing.name();
        DnsAnswer<String> answer = dns.txt(name);
        if (answer.isFailed()) {
            findings.unknown(name, answer);
            return;
        }
        List<String> texts = answer.records();
        DnsRecord wanted = wanted(signing);
        String publish = wanted == null
                ? "publish the record of the key, which \"mailer dkim dns\" prints"
                : "publish this record, and nothing else at that name";
        if (texts.isEmpty()) {
            findings.add(
                    Level.PROBLEM, name + " has no record: nobody can verify your signatures", "", publish, wanted);
        } else if (texts.size() > 1) {
            findings.add(
                    Level.PROBLEM,
                    name + " has " + texts.size() + " TXT records: which of them a receiver takes is open",
                    String.join("\" \"", texts),
                    publish,
                    wanted);
        } else {
            key(signing, texts.get(0), publish, wanted);
        }
    }

    private void key(DomainSettings.Signing signing, String text, String publish, @Nullable DnsRecord wanted) {
        String name = signing.name();
        PublishedKey key;
        try {
            key = PublishedKey.parse(text);
        } catch (IllegalArgumentException e) {
            findings.add(
                    Level.PROBLEM,
                    name + " verifies nothing: " + Findings.word(String.valueOf(e.getMessage())),
                    text,
                    publish,
                    wanted);
            return;
        }
        DkimPrivateKey own = signing.key();
        if (own != null && !key.belongsTo(own)) {
            findings.add(
                    Level.PROBLEM,
                    name + " has another key (" + key + ") than the one that signs (" + own + ")",
                    text,
                    publish,
                    wanted);
            return;
        }
        if (key.isTesting()) {
            findings.add(
                    Level.WARNING,
                    name + " says that the domain tries DKIM out (t=y): receivers may treat signed mail as unsigned",
                    text,
                    "publish it without t=y",
                    wanted);
        }
        if (key.algorithm() == DkimAlgorithm.RSA && key.bits() < GOOD_RSA_BITS) {
            findings.add(
                    Level.WARNING,
                    name + " has an RSA key of " + key.bits() + " bits, which is little",
                    text,
                    "make a key of " + GOOD_RSA_BITS + " bits with a new selector: \"mailer dkim keygen\"",
                    null);
        }
        findings.ok(
                name + " has the record of " + (own == null ? "a" : "the") + ' ' + key
                        + (own == null ? "" : " that signs"),
                text);
    }

    private static @Nullable DnsRecord wanted(DomainSettings.Signing signing) {
        DkimPrivateKey key = signing.key();
        return key == null
                ? null
                : DnsRecord.txt(
                        signing.name(),
                        DkimDnsRecord.of(signing.domain(), signing.selector(), key)
                                .text());
    }
}
