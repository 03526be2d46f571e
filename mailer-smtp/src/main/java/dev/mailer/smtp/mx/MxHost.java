// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.net.InetAddress;
import java.util.List;

/**
 * A host that takes mail for a domain.
 *
 * @param name as the MX record has it, which is what a certificate must name; an address literal with its brackets
 * @param preference lower is better
 * @param addresses at least one, in the order to try
 * @param canonicalName behind all aliases
 * @param authenticated its addresses were validated by DNSSEC, with all aliases on the way
 */
public record MxHost(
        String name, int preference, List<InetAddress> addresses, String canonicalName, boolean authenticated) {
    public MxHost {
        addresses = List.copyOf(addresses);
    }
}
