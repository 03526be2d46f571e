// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.spi.NetworkRules;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Gives the HTTP client the addresses it connects to, each checked: a name is looked up once, here, so nothing can change between
 * the check and the connection. One address that may not be connected to refuses its name. The first {@value #MOST} are given: the client tries
 * one after the other, also when its time is over.
 */
final class CheckedAddresses implements DnsResolver {
    /** Addresses of a name that are tried. */
    static final int MOST = 3;

    private final AddressLookup lookup;
    private final NetworkRules networks;

    CheckedAddresses(AddressLookup lookup, NetworkRules networks) {
        this.lookup = lookup;
        this.networks = networks;
    }

    /** It is nobody's business outside where a name leads. */
    static final class RefusedAddressException extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        RefusedAddressException() {
            super("the name leads to an address that is not of the public Internet, and webhooks.allow has not");
        }
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = lookup.lookup(host);
        for (InetAddress address : addresses) {
            if (!networks.permits(address)) {
                throw new RefusedAddressException();
            }
        }
        return Arrays.copyOf(addresses, Math.min(MOST, addresses.length));
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
