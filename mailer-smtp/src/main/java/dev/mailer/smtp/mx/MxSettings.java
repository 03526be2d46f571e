// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import dev.mailer.api.spi.SpecialAddresses;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What decides which hosts of a domain may be used.
 *
 * @param ownNames what this host is called in MX records, in any case
 * @param ownAddresses where this host is reached from outside; loopback is none of them
 * @param allowPrivate addresses that are not of the public Internet are used too: for tests and closed networks
 */
public record MxSettings(
        Set<String> ownNames, Set<InetAddress> ownAddresses, boolean allowPrivate, AddressChoice choice) {
    public static final MxSettings DEFAULT = new MxSettings(Set.of(), Set.of(), false, AddressChoice.INTERLEAVED);

    public MxSettings {
        ownNames = ownNames.stream().map(n -> n.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
        ownAddresses = Set.copyOf(ownAddresses);
    }

    /** Addresses that name no single host are used by nobody, whatever is allowed. */
    boolean mayUse(InetAddress address) {
        return !address.isAnyLocalAddress()
                && !address.isMulticastAddress()
                && (allowPrivate || SpecialAddresses.isPublic(address));
    }

    boolean isOwn(String host) {
        return ownNames.contains(host);
    }
}
