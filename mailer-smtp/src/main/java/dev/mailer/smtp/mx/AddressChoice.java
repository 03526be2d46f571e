// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Which addresses of a host are tried, and in which order. */
public enum AddressChoice {
    IPV6_FIRST,
    IPV4_FIRST,
    /** One of each in turn, IPv6 first (RFC 8305 §4): a family that does not get through costs one try, not all. */
    INTERLEAVED,
    IPV4_ONLY,
    IPV6_ONLY;

    boolean asksIpv4() {
        return this != IPV6_ONLY;
    }

    boolean asksIpv6() {
        return this != IPV4_ONLY;
    }

    boolean allows(InetAddress address) {
        return address instanceof Inet4Address ? asksIpv4() : asksIpv6();
    }

    /** Those of these that are used, in the order in which they are tried. */
    public List<InetAddress> arrange(List<InetAddress> all) {
        List<InetAddress> used = all.stream().filter(this::allows).toList();
        return arrange(
                used.stream().filter(Inet4Address.class::isInstance).toList(),
                used.stream().filter(a -> !(a instanceof Inet4Address)).toList());
    }

    List<InetAddress> arrange(List<InetAddress> ipv4, List<InetAddress> ipv6) {
        boolean sixFirst = this != IPV4_FIRST;
        List<InetAddress> first = sixFirst ? ipv6 : ipv4;
        List<InetAddress> second = sixFirst ? ipv4 : ipv6;
        List<InetAddress> all = new ArrayList<>();
        if (this == INTERLEAVED) {
            for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
                all.addAll(first.subList(Math.min(i, first.size()), Math.min(i + 1, first.size())));
                all.addAll(second.subList(Math.min(i, second.size()), Math.min(i + 1, second.size())));
            }
        } else {
            all.addAll(first);
            all.addAll(second);
        }
        return all;
    }
}
