// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import dev.mailer.api.EnhancedCode;
import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import java.net.InetAddress;

/** The one place where what DNS says, or does not say, becomes an outcome; codes by RFC 3463 §3. */
final class NoRoutes {
    private static final EnhancedCode BAD_DOMAIN = new EnhancedCode(5, 1, 2);
    /** RFC 7505 §4.2. */
    private static final EnhancedCode NULL_MX = new EnhancedCode(5, 1, 10);

    private static final EnhancedCode DNS_FAILED = new EnhancedCode(4, 4, 3);
    private static final EnhancedCode UNROUTABLE = new EnhancedCode(5, 4, 4);
    private static final EnhancedCode LOOP = new EnhancedCode(5, 4, 6);

    private NoRoutes() {}

    static NoRoute unknownDomain(String domain) {
        return never("domain-unknown", BAD_DOMAIN, "the domain " + domain + " does not exist");
    }

    static NoRoute nullMx(String domain) {
        return never("null-mx", NULL_MX, "the domain " + domain + " takes no mail: its MX record says so");
    }

    static NoRoute loop(String domain) {
        return never("mail-loop", LOOP, "mail for " + domain + " leads back to this host and to no better one");
    }

    static NoRoute notPublic(String domain, String host, InetAddress address) {
        return never(
                "address-not-public",
                UNROUTABLE,
                "mail for " + domain + " goes to " + host + " at " + address.getHostAddress()
                        + ", which is no public address; allow such addresses if it is yours");
    }

    static NoRoute noAddress(String domain, boolean implicit, AddressChoice choice) {
        String kind = switch (choice) {
            case IPV4_ONLY -> "IPv4 address";
            case IPV6_ONLY -> "IPv6 address";
            default -> "address";
        };
        return implicit
                ? never("no-mail-host", BAD_DOMAIN, "the domain " + domain + " has no MX record and no " + kind)
                : never("no-mail-host", UNROUTABLE, "no mail host of the domain " + domain + " has an " + kind);
    }

    /** Temporary: the servers of the domain may answer later. */
    static NoRoute dnsFailure(String domain, String name, String reason) {
        Failure failure = Failure.builder(reason, Phase.CONNECT)
                .enhancedCode(DNS_FAILED)
                .text("the name servers gave no answer about " + name
                        + (name.equals(domain) ? "" : ", which takes mail for " + domain))
                .retryable()
                .build();
        return new NoRoute(Outcome.deferred(Outcome.Scope.DESTINATION, failure, null));
    }

    private static NoRoute never(String reason, EnhancedCode code, String text) {
        return new NoRoute(Outcome.rejected(Failure.builder(reason, Phase.CONNECT)
                .enhancedCode(code)
                .text(text)
                .build()));
    }
}
