// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.util.List;

/**
 * The hosts that take mail for a domain.
 *
 * @param hosts at least one, in the order to try; those of equal preference in random order
 * @param names of all hosts that the domain names and that are not this one, sorted, whether they have addresses now or not
 * @param best those among the names that are preferred to all others
 * @param authenticated the MX records were validated by DNSSEC
 */
public record MailRoute(String domain, List<MxHost> hosts, List<String> names, List<String> best, boolean authenticated)
        implements MxVerdict {
    public MailRoute {
        hosts = List.copyOf(hosts);
        names = List.copyOf(names);
        best = List.copyOf(best);
    }

    /** True when mail for this domain may go over a connection with the host that was opened for another domain. */
    public boolean leadsTo(String host) {
        return hosts.stream().anyMatch(h -> h.name().equals(host));
    }
}
