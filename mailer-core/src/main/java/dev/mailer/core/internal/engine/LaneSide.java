// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Queues of a lane to claim from, in turn, and what is claimed of them. Guarded by the dispatcher's lock. */
final class LaneSide {
    /** Fewest claims that are kept ready where there is mail. */
    private static final int LEAST = 8;

    final Waiting waiting = new Waiting();
    private final Set<String> active = new LinkedHashSet<>();
    private final Set<String> signalled = new LinkedHashSet<>();
    private final int most;
    private int target = LEAST;

    /** @param most claims that wait for a slot: what a crash makes others wait a lease for */
    LaneSide(int most) {
        this.most = most;
    }

    void activate(String domain) {
        active.add(domain);
        signalled.add(domain);
    }

    int activeQueues() {
        return active.size();
    }

    /** How many more claims are wanted; 0 while half of them are still there, or no queue is known to have any. */
    int wanted() {
        return active.isEmpty() || waiting.size() > target / 2 ? 0 : target - waiting.size();
    }

    /** The queues to claim {@code room} deliveries from, in turn; those that {@code heldBack} is true of are dropped. */
    List<String> nextQueues(int room, Predicate<String> heldBack) {
        List<String> next = new ArrayList<>();
        for (Iterator<String> i = active.iterator(); i.hasNext() && next.size() < room; ) {
            String domain = i.next();
            if (heldBack.test(domain)) {
                i.remove();
            } else {
                next.add(domain);
            }
        }
        next.forEach(active::remove);
        active.addAll(next);
        signalled.clear();
        return next;
    }

    /** A queue gave fewer than it was asked for: it is empty, unless it was signalled meanwhile. */
    void exhausted(String domain) {
        if (!signalled.contains(domain)) {
            active.remove(domain);
        }
    }

    void drop(String domain) {
        active.remove(domain);
    }

    /**
     * Takes claims in; the target follows the speed at which slots empty the buffer. While there are claims that a crash has
     * held before, few are taken at a time: the next crash then suspects few others along with the culprit.
     */
    void fill(List<RoutedClaim> claims) {
        if (claims.stream().anyMatch(r -> !r.isInnocent())) {
            target = LEAST;
        } else if (waiting.size() == 0) {
            target = Math.min(most, target * 2);
        } else if (waiting.size() > target / 2) {
            target = Math.max(LEAST, target - LEAST);
        }
        claims.forEach(waiting::add);
    }
}
