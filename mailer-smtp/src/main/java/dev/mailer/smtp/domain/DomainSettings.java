// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.smtp.dkim.DkimPrivateKey;
import java.net.InetAddress;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known about the mail of a domain, from {@link DomainCheckBuilder}.
 *
 * @param domain of From
 * @param returnPath the domain of the envelope's sender
 * @param sources addresses that mail is sent from
 * @param ehlo null when it is not known
 * @param ehloAt where it says something else, by the source
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
        Map<InetAddress, String> ehloAt,
        List<String> includes,
        List<URI> unsubscribe,
        String reports,
        Instant now) {
    DomainSettings {
        signing = List.copyOf(signing);
        sources = List.copyOf(sources);
        ehloAt = Map.copyOf(ehloAt);
        includes = List.copyOf(includes);
        unsubscribe = List.copyOf(unsubscribe);
    }

    /** What EHLO says over a connection from there; null when it is not known. */
    @Nullable
    String ehlo(InetAddress source) {
        String own = ehloAt.get(source);
        return own == null ? ehlo : own;
    }

    /** A selector that mail is signed with; the key is null when it is not known. */
    record Signing(String domain, String selector, @Nullable DkimPrivateKey key) {
        String name() {
            return selector.toLowerCase(Locale.ROOT) + "._domainkey." + domain;
        }
    }
}
