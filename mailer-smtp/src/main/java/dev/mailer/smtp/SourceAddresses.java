// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Our own addresses, one of which each connection is made from: {@code 192.0.2.1*3,mta2.example.com@192.0.2.2,2001:db8::1}, of each family
 * in proportion to the weights, 1 unless it is said, with the name for EHLO before an address that has one of its own. Without any, the
 * platform chooses. Thread-safe.
 */
final class SourceAddresses {
    /** Most addresses of both families. */
    static final int MOST = 64;

    private record Drawn(SourceAddress source, double key) {}

    private final List<SourceAddress> all;
    private final RandomGenerator random;
    private final @Nullable String site;
    private final Set<InetAddress> unusable;

    private SourceAddresses(
            List<SourceAddress> all, RandomGenerator random, @Nullable String site, Set<InetAddress> unusable) {
        this.all = List.copyOf(all);
        this.random = random;
        this.site = site;
        this.unusable = unusable;
    }

    static SourceAddresses of(OptionReader options, String name, RandomGenerator random) {
        String text = options.text(name, "");
        List<String> parts = text.isEmpty() ? List.of() : Arrays.asList(text.split(",", -1));
        List<SourceAddress> all = parts.stream()
                .map(part -> source(part.strip(), options, name, text))
                .toList();
        long distinct = all.stream().map(SourceAddress::address).distinct().count();
        if (distinct < all.size() || all.size() > MOST) {
            throw options.error(name, text, "each address once, " + MOST + " at most");
        }
        return new SourceAddresses(all, random, null, ConcurrentHashMap.newKeySet());
    }

    private static SourceAddress source(String part, OptionReader options, String option, String text) {
        int at = part.indexOf('@');
        String name = at < 0 ? null : part.substring(0, at);
        String rest = part.substring(at + 1);
        int star = rest.indexOf('*');
        String weight = star < 0 ? "1" : rest.substring(star + 1);
        InetAddress address = OptionReader.literal(star < 0 ? rest : rest.substring(0, star));
        if (address == null || !weight.matches("[1-9]\\d{0,3}") || name != null && !SmtpSettings.isEhlo(name)) {
            throw options.error(
                    option,
                    text,
                    "addresses of this machine such as 192.0.2.1 or 2001:db8::1, with weights as in"
                            + " 192.0.2.1*3,192.0.2.2, and names for EHLO as in mta1.example.com@192.0.2.1");
        }
        return new SourceAddress(address, name, Integer.parseInt(weight));
    }

    /** These where a site shall always meet the same one of us, as greylisting wants it (RFC 6647 §2.2); over many sites by weight. */
    SourceAddresses steadyFor(String name) {
        return new SourceAddresses(all, random, name, unusable);
    }

    /** What we call ourselves over them, each name once; {@code usual} where there is none of its own. */
    List<String> names(String usual) {
        return isEmpty()
                ? List.of(usual)
                : all.stream()
                        .map(s -> s.name() == null ? usual : s.name())
                        .distinct()
                        .toList();
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
    List<SourceAddress> draw(InetAddress peer) {
        // of each, a draw from 0 to 1 to the power of 1/weight: the largest is it in proportion to the weight
        return of(peer).map(s -> new Drawn(s, Math.pow(uniform(s), 1.0 / s.weight())))
                .sorted(Comparator.comparingDouble(Drawn::key).reversed())
                .map(Drawn::source)
                .toList();
    }

    private double uniform(SourceAddress source) {
        if (site == null) {
            return random.nextDouble();
        }
        return new SplittableRandom(31L * site.hashCode() + source.address().hashCode()).nextDouble();
    }

    /** True the first time that one cannot be used. */
    boolean isNewsThatUnusable(InetAddress address) {
        return unusable.add(address);
    }

    private Stream<SourceAddress> of(InetAddress peer) {
        return all.stream().filter(s -> s.address() instanceof Inet4Address == peer instanceof Inet4Address);
    }
}
