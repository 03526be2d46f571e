// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.smtp.mx.AddressChoice;
import java.net.InetAddress;
import java.util.List;

/** Option {@code ip}: which addresses of a host are used, and which come first. */
enum AddressFamily {
    BOTH(AddressChoice.INTERLEAVED),
    IPV4(AddressChoice.IPV4_ONLY),
    IPV6(AddressChoice.IPV6_ONLY),
    IPV4FIRST(AddressChoice.IPV4_FIRST),
    IPV6FIRST(AddressChoice.IPV6_FIRST);

    private final AddressChoice choice;

    AddressFamily(AddressChoice choice) {
        this.choice = choice;
    }

    static AddressFamily of(OptionReader options) {
        return options.choice("ip", values(), BOTH);
    }

    /** For hosts whose addresses are looked up by us. */
    AddressChoice choice() {
        return choice;
    }

    /** Of addresses that have an order already, which holds where none is asked for. */
    List<InetAddress> among(List<InetAddress> all) {
        return this == BOTH ? all : choice.arrange(all);
    }
}
