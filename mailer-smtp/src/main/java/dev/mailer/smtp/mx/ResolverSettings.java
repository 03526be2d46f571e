// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xbill.DNS.ResolverConfig;

/**
 * Which name servers are asked, and how patiently.
 *
 * @param servers asked in this order
 * @param timeout for one answer of one server
 * @param rounds how often each server is asked in the end
 * @param trusted a server's word that it has validated an answer is taken: it validates, and nobody is between it and us
 */
public record ResolverSettings(List<InetSocketAddress> servers, Duration timeout, int rounds, boolean trusted) {
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(3);
    public static final int DEFAULT_ROUNDS = 2;
    /** More are not asked. */
    public static final int MAX_SERVERS = 8;

    private static final int PORT = 53;
    private static final Pattern SERVER =
            Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([0-9.]+)|([0-9a-fA-F:]+:[0-9a-fA-F:.]*))(?::(\\d{1,5}))?");

    public ResolverSettings {
        servers = List.copyOf(servers.subList(0, Math.min(MAX_SERVERS, servers.size())));
        if (servers.isEmpty() || rounds < 1 || timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(
                    "a resolver needs a server, a round and a timeout: " + servers + ", " + rounds + ", " + timeout);
        }
    }

    /** These, with the usual patience; trusted when all are on this machine. */
    public static ResolverSettings of(List<InetSocketAddress> servers) {
        boolean local = servers.stream().allMatch(s -> s.getAddress().isLoopbackAddress());
        return new ResolverSettings(servers, DEFAULT_TIMEOUT, DEFAULT_ROUNDS, local);
    }

    /** Those of the operating system. */
    public static ResolverSettings ofSystem() {
        return of(ResolverConfig.getCurrentConfig().servers());
    }

    /**
     * Reads {@code 127.0.0.1:5353,[::1]:53,192.0.2.1}: addresses, the port is 53 unless it is said.
     *
     * @throws IllegalArgumentException what is wrong, and what it may be
     */
    public static ResolverSettings parse(String text) {
        List<InetSocketAddress> servers = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            servers.add(server(part.strip()));
        }
        return of(servers);
    }

    public ResolverSettings timeout(Duration value) {
        return new ResolverSettings(servers, value, rounds, trusted);
    }

    public ResolverSettings rounds(int value) {
        return new ResolverSettings(servers, timeout, value, trusted);
    }

    public ResolverSettings trusted(boolean value) {
        return new ResolverSettings(servers, timeout, rounds, value);
    }

    private static InetSocketAddress server(String text) {
        Matcher m = SERVER.matcher(text);
        try {
            if (m.matches()) {
                String address = m.group(1) != null ? m.group(1) : m.group(2) != null ? m.group(2) : m.group(3);
                int port = m.group(4) == null ? PORT : Integer.parseInt(m.group(4));
                if (port > 0 && port < 65_536 && isLiteral(address)) {
                    return new InetSocketAddress(InetAddress.getByName(address), port);
                }
            }
        } catch (UnknownHostException e) {
            // told below
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no name server; expected an address such as 127.0.0.1, 127.0.0.1:5353 or [::1]:53");
    }

    /** Anything else would be looked up, by what is being configured here. */
    private static boolean isLiteral(String address) {
        return address.contains(":") || address.matches("\\d{1,3}(\\.\\d{1,3}){3}");
    }
}
