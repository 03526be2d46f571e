// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.tracking.internal.verdict.Networks;
import org.jspecify.annotations.Nullable;

/** How much is stored of the IP address that an open or a click came from. */
public enum AddressDetail {
    /** Nothing. */
    NONE,
    /** The network: the first 24 bits of an IPv4 address, the first 48 of an IPv6 address. */
    ANONYMISED,
    /** All of it; personal data. */
    FULL;

    /** What is stored; null for nothing. */
    @Nullable
    String of(@Nullable String address) {
        return switch (this) {
            case NONE -> null;
            case ANONYMISED -> address == null ? null : Networks.masked(address, Networks.KEPT4, Networks.KEPT6);
            case FULL -> address == null ? null : Networks.canonical(address);
        };
    }
}
