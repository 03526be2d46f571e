// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Gives each of several transports its share of the mail. The order in which a mail tries them is a pure function of its id and
 * the number of the attempt, so every node of one configuration comes to the same, and a retry draws anew. A transport with an
 * open circuit is passed over, and its share falls to the others by their weights; {@link FallThrough} says when the next one in
 * the order is tried. Thread-safe.
 *
 * <p>Each transport gets a number from the hash of id, attempt and its place, exponentially distributed with its weight as rate;
 * the smallest comes first. The smallest of those that are left is again a draw by weight (weighted rendezvous hashing).
 */
final class WeightedTransport extends CompositeTransport {
    private final int[] weights;

    WeightedTransport(List<Transport> transports, List<Integer> weights) {
        super(name(transports, weights), transports);
        this.weights = weights.stream().mapToInt(w -> w).toArray();
    }

    private static String name(List<Transport> transports, List<Integer> weights) {
        if (weights.size() != transports.size() || weights.stream().anyMatch(w -> w < 1)) {
            throw new IllegalArgumentException("weights are " + weights + " for " + transports.size() + " transports");
        }
        return IntStream.range(0, transports.size())
                .mapToObj(i -> weights.get(i) + "*" + transports.get(i).name())
                .collect(Collectors.joining(" ", "weighted(", ")"));
    }

    /** That of all together. */
    @Override
    int concurrency() {
        long sum = children().stream()
                .mapToLong(c -> c.transport().capabilities().concurrency())
                .sum();
        return (int) Math.min(sum, Integer.MAX_VALUE);
    }

    /** All of them, drawn by the attempt of the first recipient. */
    @Override
    List<Child> order(Submission submission) {
        UUID id = submission.messageId().value();
        int attempt = submission.recipients().get(0).attempt();
        List<Drawn> drawn = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            drawn.add(new Drawn(children().get(i), score(id, attempt, i) / weights[i]));
        }
        drawn.sort(Comparator.comparingDouble(Drawn::score));
        return drawn.stream().map(Drawn::child).toList();
    }

    private record Drawn(Child child, double score) {}

    /** Exponentially distributed with rate 1. */
    private static double score(UUID id, int attempt, int place) {
        long hash = mixed(id.getMostSignificantBits());
        hash = mixed(hash ^ id.getLeastSignificantBits());
        hash = mixed(hash ^ ((long) attempt << 32 | place));
        // 53 bits, shifted by a half so that 0 cannot come; StrictMath, as all nodes must get the same
        return -StrictMath.log(((hash >>> 11) + 0.5) * 0x1.0p-53);
    }

    /** The finalizer of SplitMix64: each bit of the input changes about half of the output. */
    private static long mixed(long n) {
        long z = n + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
