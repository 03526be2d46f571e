// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * Which addresses may be connected to because somebody outside gave a URL: those of the public Internet, and networks that the operator
 * allows. Ask it about the address that is connected to, never about a name. Immutable.
 */
public final class NetworkRules {
    /** The public Internet alone. */
    public static final NetworkRules PUBLIC = new NetworkRules(List.of());

    /** Leads to whatever IPv4 network the translator is in. */
    private static final Network NAT64 = Network.parse("64:ff9b::/96");

    /** The host beneath machines of Azure, which only they reach. */
    private static final Network PLATFORM = Network.parse("168.63.129.16/32");

    private final List<Network> allowed;

    private NetworkRules(List<Network> allowed) {
        this.allowed = allowed;
    }

    /**
     * The public Internet and these networks.
     *
     * @param networks each an address or a prefix, such as {@code 10.1.0.0/16}, {@code ::1} or {@code fd00::/8}
     * @throws IllegalArgumentException one of them is neither; the message says which
     */
    public static NetworkRules allowing(Collection<String> networks) {
        return new NetworkRules(networks.stream().map(Network::parse).toList());
    }

    /** True when this address may be connected to. An IPv6 address that stands for an IPv4 one is taken for neither. */
    public boolean permits(InetAddress address) {
        byte[] octets = address.getAddress();
        return SpecialAddresses.isPublic(address) && !NAT64.holds(octets) && !PLATFORM.holds(octets)
                || allowed.stream().anyMatch(n -> n.holds(octets));
    }

    /** True when a machine's own addresses may be connected to. */
    public boolean permitsLoopback() {
        return permits(InetAddress.getLoopbackAddress());
    }

    @Override
    public String toString() {
        return "NetworkRules" + allowed;
    }

    private static final class Network {
        private final byte[] prefix;
        private final int bits;

        private Network(byte[] prefix, int bits) {
            this.prefix = prefix;
            this.bits = bits;
        }

        static Network parse(String text) {
            int slash = text.indexOf('/');
            String address = slash < 0 ? text : text.substring(0, slash);
            // no name is looked up for this
            if (!address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*")) {
                throw refused(text);
            }
            try {
                byte[] octets = InetAddress.getByName(address).getAddress();
                int bits = slash < 0 ? octets.length * 8 : Integer.parseInt(text.substring(slash + 1));
                if (bits < 0 || bits > octets.length * 8) {
                    throw refused(text);
                }
                return new Network(octets, bits);
            } catch (UnknownHostException | NumberFormatException e) {
                throw refused(text);
            }
        }

        private static IllegalArgumentException refused(String text) {
            return new IllegalArgumentException(
                    "expected a network such as 10.1.0.0/16 or fd00::/8, got '" + text + "'");
        }

        boolean holds(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            int whole = bits / 8;
            int mask = 0xFF00 >> bits % 8 & 0xFF;
            return Arrays.equals(address, 0, whole, prefix, 0, whole)
                    && (mask == 0 || (address[whole] & mask) == (prefix[whole] & mask));
        }

        @Override
        public String toString() {
            try {
                return Objects.requireNonNull(InetAddress.getByAddress(prefix).getHostAddress()) + "/" + bits;
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
