// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import dev.mailer.api.EnhancedCode;
import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import java.util.List;
import java.util.Set;

/**
 * What a session with a host needs before mail for a domain goes over it.
 *
 * @param associations what the certificate must fit; none unless {@link Kind#DANE}
 * @param baseDomain the name whose associations they are; empty unless {@link Kind#DANE}
 * @param names any of which a certificate must have, where names matter
 * @param isTested a policy in testing wants {@link Kind#VERIFIED}: what fails is counted, and mail goes on as for the kind
 * @param problem why a host is {@link Kind#NOT_USABLE}, or what hindered a policy, for reports; SUCCESS when nothing did
 */
public record TlsDemand(
        Kind kind,
        PolicyKind policy,
        List<TlsaRecord> associations,
        String baseDomain,
        Set<String> names,
        boolean isTested,
        TlsResult problem) {
    /** From least to most. */
    public enum Kind {
        /** TLS where it works, with whatever certificate; else clear text (RFC 7435). */
        OPPORTUNISTIC,
        /** TLS with whatever certificate; else no mail. */
        ENCRYPTED,
        /** TLS with a certificate that verifies and names the host; else no mail. */
        VERIFIED,
        /** TLS with a certificate that fits the associations; else no mail. */
        DANE,
        /** No mail over this host now. */
        NOT_USABLE
    }

    /** Whose policy it is, as reports call it (RFC 8460 §4.4). */
    public enum PolicyKind {
        TLSA("tlsa"),
        STS("sts"),
        NONE("no-policy-found");

        private final String word;

        PolicyKind(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    public TlsDemand {
        associations = List.copyOf(associations);
        names = Set.copyOf(names);
    }

    /** Whom a client says it wants to speak to (RFC 6066 §3): with DANE the name whose records hold (RFC 7672 §8.1), else the host. */
    public String serverName(MxHost host) {
        return baseDomain.isEmpty() ? host.name() : baseDomain;
    }

    /** The outcome of mail when no host is left but this one: later, as another host or record may be there then. */
    public Outcome refusal(String host) {
        String why = policy == PolicyKind.TLSA
                ? "the name servers gave no answer about the certificate of " + host
                : "the MTA-STS policy of the domain does not name " + host;
        Failure failure = Failure.builder(policy == PolicyKind.TLSA ? "dane-failed" : "sts-refused", Phase.TLS)
                .enhancedCode(new EnhancedCode(4, 7, 0))
                .text(why)
                .retryable()
                .build();
        return Outcome.deferred(Outcome.Scope.DESTINATION, failure, null);
    }
}
