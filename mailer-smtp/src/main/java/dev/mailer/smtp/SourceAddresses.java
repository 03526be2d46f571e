// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Our own addresses, one of which each connection is made from: {@code 192.0.2.1*3,192.0.2.2,2001:db8::1}, of each family in proportion to
 * the weights, 1 unless it is said. Without any, the platform chooses. Thread-safe.
 */
final class SourceAddresses {
    /** Most addresses of both families. */
    static final int MOST = 64;

    private record Weighted(InetAddress address, int weight) {}

    private record Drawn(InetAddress address, double key) {}

    private final List<Weighted> all;
    private final RandomGenerator random;
    private final Set<InetAddress> unusable = ConcurrentHashMap.newKeySet();

    private SourceAddresses(List<Weighted> all, RandomGenerator random) {
        this.all = List.copyOf(all);
        this.random = random;
    }

    static SourceAddresses of(OptionReader options, String name, RandomGenerator random) {
        String text = options.text(name, "");
        List<String> parts = text.isEmpty() ? List.of() : Arrays.asList(text.split(",", -1));
        List<Weighted> all = parts.stream()
                .map(part -> weighted(part.strip(), options, name, text))
                .toList();
        long distinct = all.stream().map(Weighted::address).distinct().count();
        if (distinct < all.size() || all.size() > MOST) {
            throw options.error(name, text, "each address once, " + MOST + " at most");
        }
        return new SourceAddresses(all, random);
    }

    private static Weighted weighted(String part, OptionReader options, String name, String text) {
        int star = part.indexOf('*');
        String weight = star < 0 ? "1" : part.substring(star + 1);
        InetAddress address = OptionReader.literal(star < 0 ? part : part.substring(0, star));
        if (address == null || !weight.matches("[1-9]\\d{0,3}")) {
            throw options.error(
                    name,
                    text,
                    "addresses of this machine such as 192.0.2.1 or 2001:db8::1, with weights as in"
                            + " 192.0.2.1*3,192.0.2.2");
        }
        return new Weighted(address, Integer.parseInt(weight));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** True when which one was taken is not known without being told. */
    boolean isChoice() {
        return all.size() > 1;
    }

    /** False when all of them are of the other family. */
    boolean canReach(InetAddress peer) {
        return isEmpty() || of(peer).findAny().isPresent();
    }

    /** Those of the family of the peer: the one that was drawn first, and the others in case it cannot be used. */
    List<InetAddress> draw(InetAddress peer) {
        // of each, a draw from 0 to 1 to the power of 1/weight: the largest is it in proportion to the weight
        return of(peer).map(w -> new Drawn(w.address(), Math.pow(random.nextDouble(), 1.0 / w.weight())))
                .sorted(Comparator.comparingDouble(Drawn::key).reversed())
                .map(Drawn::address)
                .toList();
    }

    /** True the first time that one cannot be used. */
    boolean isNewsThatUnusable(InetAddress address) {
        return unusable.add(address);
    }

    private Stream<Weighted> of(InetAddress peer) {
        return all.stream().filter(w -> w.address() instanceof Inet4Address == peer instanceof Inet4Address);
    }
}
