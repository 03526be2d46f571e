// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.util.List;

/**
 * Someone who takes mail for many domains.
 *
 * @param hosts patterns of their MX hosts: a name, or {@code *.} and the end of names
 * @param isOneSite each of the hosts takes mail for all of their domains
 */
record Provider(String name, List<String> hosts, boolean isOneSite, SiteLimits limits) {
    Provider {
        hosts = List.copyOf(hosts);
    }

    boolean has(String host) {
        return hosts.stream().anyMatch(p -> p.startsWith("*.") ? host.endsWith(p.substring(1)) : host.equals(p));
    }
}
