// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import java.net.InetAddress;
import java.util.List;

/** Tells addresses of the public Internet from those that name this machine, its network, or nobody (RFC 6890). */
public final class SpecialAddresses {
    /** Private, shared (carrier NAT), loopback, link-local, documentation, benchmarks, relays, multicast, reserved. */
    private static final List<Block> IPV4 = List.of(
            Block.of(8, 0),
            Block.of(8, 10),
            Block.of(10, 100, 64),
            Block.of(8, 127),
            Block.of(16, 169, 254),
            Block.of(12, 172, 16),
            Block.of(24, 192, 0, 0),
            Block.of(24, 192, 0, 2),
            Block.of(24, 192, 88, 99),
            Block.of(16, 192, 168),
            Block.of(15, 198, 18),
            Block.of(24, 198, 51, 100),
            Block.of(24, 203, 0, 113),
            Block.of(3, 224));

    /** Within the global unicast block: protocol assignments with Teredo, documentation twice, 6to4. */
    private static final List<Block> IPV6 = List.of(
            Block.of(23, 0x20, 0x01, 0x00, 0x00),
            Block.of(32, 0x20, 0x01, 0x0D, 0xB8),
            Block.of(16, 0x20, 0x02),
            Block.of(20, 0x3F, 0xFF, 0x00));

    private static final Block GLOBAL_UNICAST = Block.of(3, 0x20);
    private static final Block MAPPED = Block.of(96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF);
    private static final Block NAT64 = Block.of(96, 0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0);

    private SpecialAddresses() {}

    /** True when the address can be that of a host anywhere; an IPv4 address inside an IPv6 one counts as what it is. */
    public static boolean isPublic(InetAddress address) {
        byte[] octets = address.getAddress();
        if (octets.length == 16 && (MAPPED.holds(octets) || NAT64.holds(octets))) {
            octets = new byte[] {octets[12], octets[13], octets[14], octets[15]};
        }
        byte[] plain = octets;
        if (plain.length == 4) {
            return IPV4.stream().noneMatch(b -> b.holds(plain));
        }
        return GLOBAL_UNICAST.holds(plain) && IPV6.stream().noneMatch(b -> b.holds(plain));
    }

    /** The addresses that begin with these bits; octets that are not given are zero. */
    private static final class Block {
        private final int bits;
        private final int[] octets;

        private Block(int bits, int[] octets) {
            this.bits = bits;
            this.octets = octets;
        }

        static Block of(int bits, int... octets) {
            return new Block(bits, octets);
        }

        boolean holds(byte[] address) {
            for (int i = 0; i * 8 < bits; i++) {
                int mask = 0xFF00 >> Math.min(8, bits - i * 8) & 0xFF;
                int wanted = i < octets.length ? octets[i] : 0;
                if ((address[i] & mask) != (wanted & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
