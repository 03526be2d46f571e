// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.spi.NetworkRules;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where requests may go, and how they get there.
 *
 * @param plainHttp whether they may go without TLS to anywhere, and not only to this machine
 * @param tls what endpoints are verified by; null for what the platform has
 */
record Reach(
        NetworkRules networks,
        boolean plainHttp,
        AddressLookup lookup,
        @Nullable SSLContext tls) {
    EndpointRules rules() {
        return new EndpointRules(networks, plainHttp);
    }

    CheckedAddresses addresses() {
        return new CheckedAddresses(lookup, networks);
    }
}
