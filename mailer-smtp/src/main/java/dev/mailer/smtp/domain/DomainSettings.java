// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.smtp.dkim.DkimPrivateKey;
import java.net.InetAddress;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is known about the mail of a domain, from {@link DomainCheckBuilder}.
 *
 * @param domain of From
 * @param returnPath the domain of the envelope's sender
 * @param sources addresses that mail is sent from
 * @param ehlo null when it is not known
 * @param includes domains whose SPF records are to be included
 * @param reports where reports shall go
 * @param now for the id of a new policy
 */
record DomainSettings(
        String domain,
        String returnPath,
        List<Signing> signing,
        List<InetAddress> sources,
        @Nullable String ehlo,
        List<String> includes,
        List<URI> unsubscribe,
        String reports,
        Instant now) {
    DomainSettings {
        signing = List.copyOf(signing);
        sources = List.copyOf(sources);
        includes = List.copyOf(includes);
        unsubscribe = List.copyOf(unsubscribe);
    }

    /** A selector that mail is signed with; the key is null when it is not known. */
    record Signing(String domain, String selector, @Nullable DkimPrivateKey key) {
        String name() {
            return selector.toLowerCase(Locale.ROOT) + "._domainkey." + domain;
        }
    }
}
