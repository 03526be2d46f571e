// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.QueueKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One lane as its node sees it: the queues to claim from, in turn, and what is claimed and waits for a slot. Guarded by the dispatcher's lock. */
final class LaneState {
    /** Fewest claims that a lane with mail keeps ready. */
    private static final int LEAST = 8;
    /** Most claims that wait for a slot: what a crash makes others wait a lease for. */
    private static final int MOST = 256;

    final Lane lane;
    final StreamShare stream;
    final Batch batch = new Batch();
    /** How much of its share the lane has used; the lane with the least goes next. */
    double used;
    /** Where the search for ready queues goes on; null from the start. */
    @Nullable
    String scanAfter;

    private final Set<String> active = new LinkedHashSet<>();
    private final Set<String> signalled = new LinkedHashSet<>();
    private final Map<Long, Deque<RoutedClaim>> buffer = new LinkedHashMap<>();
    private int buffered;
    private int target = LEAST;

    LaneState(Lane lane, StreamShare stream) {
        this.lane = lane;
        this.stream = stream;
    }

    void activate(String domain) {
        active.add(domain);
        signalled.add(domain);
    }

    int activeQueues() {
        return active.size();
    }

    int buffered() {
        return buffered;
    }

    /** How many more claims the lane wants; 0 while half of them are still there. */
    int wanted() {
        return buffered > target / 2 ? 0 : target - buffered;
    }

    /** The queues to claim {@code room} deliveries from, in turn; those that {@code parked} holds back are dropped. */
    List<String> nextQueues(int room, Predicate<QueueKey> parked) {
        List<String> next = new ArrayList<>();
        for (Iterator<String> i = active.iterator(); i.hasNext() && next.size() < room; ) {
            String domain = i.next();
            if (parked.test(new QueueKey(lane, domain))) {
                i.remove();
            } else {
                next.add(domain);
            }
        }
        active.removeAll(next);
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
        if (claims.stream().anyMatch(r -> r.claim().crashes() > 0)) {
            target = LEAST;
        } else if (buffered == 0) {
            target = Math.min(MOST, target * 2);
        } else if (buffered > target / 2) {
            target = Math.max(LEAST, target - LEAST);
        }
        for (RoutedClaim routed : claims) {
            buffer.computeIfAbsent(routed.claim().messageKey(), k -> new ArrayDeque<>())
                    .add(routed);
        }
        buffered += claims.size();
    }

    /**
     * Takes the mail that waits longest, and others that go the same way, in their order.
     *
     * @param slots the slots of this node
     */
    Job take(int slots) {
        Iterator<Deque<RoutedClaim>> mails = buffer.values().iterator();
        Deque<RoutedClaim> waiting = mails.next();
        RoutedClaim head = waiting.element();
        int most = Math.min(batch.size(buffered, slots), head.batch());
        List<List<Claim>> taken = new ArrayList<>();
        taken.add(takeMail(waiting, mails));
        long bytes = head.claim().size();
        while (taken.size() < most && head.isInnocent() && bytes < ByteBudget.SMALL && mails.hasNext()) {
            waiting = mails.next();
            RoutedClaim next = waiting.element();
            if (next.goesWith(head) && next.isInnocent() && bytes + next.claim().size() <= ByteBudget.SMALL) {
                bytes += next.claim().size();
                taken.add(takeMail(waiting, mails));
            }
        }
        Job job = new Job(this, taken, head.node(), head.route(), false);
        buffered -= job.claims().size();
        return job;
    }

    /** The first claim of a message, with others of it that go the same way, as many as that way allows. */
    private static List<Claim> takeMail(Deque<RoutedClaim> waiting, Iterator<Deque<RoutedClaim>> mails) {
        RoutedClaim head = waiting.remove();
        List<Claim> taken = new ArrayList<>();
        taken.add(head.claim());
        for (Iterator<RoutedClaim> i = waiting.iterator(); i.hasNext() && taken.size() < head.company(); ) {
            RoutedClaim routed = i.next();
            if (routed.goesWith(head)) {
                taken.add(routed.claim());
                i.remove();
            }
        }
        if (waiting.isEmpty()) {
            mails.remove();
        }
        return taken;
    }

    /** Takes out what is claimed but not started; all of it, or that of one queue. */
    List<RoutedClaim> drain(@Nullable QueueKey queue) {
        List<RoutedClaim> drained = new ArrayList<>();
        for (Iterator<Deque<RoutedClaim>> i = buffer.values().iterator(); i.hasNext(); ) {
            Deque<RoutedClaim> waiting = i.next();
            waiting.removeIf(r -> (queue == null || r.claim().queue().equals(queue)) && drained.add(r));
            if (waiting.isEmpty()) {
                i.remove();
            }
        }
        buffered -= drained.size();
        return drained;
    }
}
