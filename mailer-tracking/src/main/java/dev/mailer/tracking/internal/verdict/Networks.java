// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.internal.verdict;

import dev.mailer.api.MailerConfigException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Networks by address and number of bits. Looks nothing up. Immutable. */
public final class Networks {
    /** No network. */
    public static final Networks NONE = new Networks(List.of());

    private final List<Network> networks;

    private static final Pattern SIX = Pattern.compile("[0-9A-Fa-f:][0-9A-Fa-f:.]{0,44}:[0-9A-Fa-f:.]{0,45}|::");

    private static final class Network {
        final byte[] address;
        final int bits;

        Network(byte[] address, int bits) {
            this.address = address;
            this.bits = bits;
        }

        boolean has(byte[] other) {
            int whole = bits / 8;
            if (other.length != address.length || Arrays.mismatch(address, 0, whole, other, 0, whole) >= 0) {
                return false;
            }
            int rest = bits % 8;
            return rest == 0 || (address[whole] & 0xff) >> (8 - rest) == (other[whole] & 0xff) >> (8 - rest);
        }
    }

    private Networks(List<Network> networks) {
        this.networks = networks;
    }

    /**
     * Networks such as {@code 10.0.0.0/8}, or single addresses.
     *
     * @throws MailerConfigException for this option
     */
    public static Networks of(String option, Collection<String> texts) {
        List<Network> networks = new ArrayList<>();
        for (String text : texts) {
            int slash = text.indexOf('/');
            byte[] address = bytes(slash < 0 ? text : text.substring(0, slash));
            String number = slash < 0 ? "" : text.substring(slash + 1);
            int bits = address == null ? -1 : number.isEmpty() && slash < 0 ? address.length * 8 : bits(number);
            if (address == null || bits < 0 || bits > address.length * 8) {
                throw new MailerConfigException(
                        option, "'" + text + "' is no network such as 10.0.0.0/8 or 2001:db8::/32, and no address");
            }
            networks.add(new Network(address, bits));
        }
        return new Networks(List.copyOf(networks));
    }

    /** False for what is no address. */
    public boolean contains(@Nullable String address) {
        byte[] bytes = address == null || networks.isEmpty() ? null : bytes(address);
        return bytes != null && networks.stream().anyMatch(n -> n.has(bytes));
    }

    /** Bits that are kept of an address that is not kept whole. */
    public static final int KEPT4 = 24;
    /** The same for version 6. */
    public static final int KEPT6 = 48;

    /** True for an address that ends as if its last bits were cleared, where one of these networks has only a part of those that it may have been. */
    public boolean divide(String address) {
        byte[] bytes = bytes(address);
        if (bytes == null) {
            return false;
        }
        int kept = bytes.length == 4 ? KEPT4 : KEPT6;
        for (int i = kept / 8; i < bytes.length; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return networks.stream().anyMatch(n -> n.bits > kept && new Network(bytes, kept).has(n.address));
    }

    /** The address with its last bits cleared, {@code 192.0.2.0} or {@code 2001:db8:1:0:0:0:0:0}; null for what is no address. */
    public static @Nullable String masked(String address, int bits4, int bits6) {
        byte[] bytes = bytes(address);
        if (bytes == null) {
            return null;
        }
        int bits = bytes.length == 4 ? bits4 : bits6;
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.max(0, Math.min(8, bits - i * 8));
            bytes[i] = (byte) (bytes[i] & 0xff << (8 - kept));
        }
        return text(bytes);
    }

    /** In the form that all addresses are kept in; null for what is no address. */
    public static @Nullable String canonical(String address) {
        return masked(address, 32, 128);
    }

    private static int bits(String number) {
        return number.matches("\\d{1,3}") ? Integer.parseInt(number) : -1;
    }

    private static @Nullable String text(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** A literal and nothing else: a name would be looked up. */
    private static byte @Nullable [] bytes(String text) {
        String address = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        int zone = address.indexOf('%');
        String bare = zone < 0 ? address : address.substring(0, zone);
        if (bare.indexOf(':') < 0) {
            return four(bare);
        }
        if (!SIX.matcher(bare).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(bare).getAddress();
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Four decimal numbers, and nothing of what a resolver takes for them. */
    private static byte @Nullable [] four(String text) {
        byte[] address = new byte[4];
        int at = 0;
        for (int part = 0; part < address.length; part++) {
            int end = part == address.length - 1 ? text.length() : text.indexOf('.', at);
            int number = end - at < 1 || end - at > 3 ? -1 : 0;
            for (int i = at; i < end && number >= 0; i++) {
                char c = text.charAt(i);
                number = c < '0' || c > '9' ? -1 : 10 * number + c - '0';
            }
            if (number < 0 || number > 255) {
                return null;
            }
            address[part] = (byte) number;
            at = end + 1;
        }
        return address;
    }
}
