// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.QueueKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One lane as its node sees it: the queues to claim from, in turn, and what is claimed and waits for a slot.
 *
 * <p>Where domains are destinations of their own, those that are not known to be quick are a side apart, so that domains which
 * keep us waiting fill neither the claims nor the slots of the others. A queue is active on one side; when a domain changes sides, its queue
 * follows when it is next looked at, and what is claimed of it stays where it is. Guarded by the dispatcher's lock.
 */
final class LaneState {
    /** Most claims that wait for a slot. */
    private static final int MOST = 256;
    /** Most claims that wait for a slot to destinations that may be slow. */
    private static final int MOST_DOUBTFUL = 64;

    final Lane lane;
    final StreamShare stream;
    final Batch batch = new Batch();
    /** How much of its share the lane has used; the lane with the least goes next. */
    double used;
    /** Where the search for ready queues goes on; null from the start. */
    @Nullable
    String scanAfter;

    private final Quickness quickness;
    private final LaneSide quick = new LaneSide(MOST);
    private final LaneSide doubtful = new LaneSide(MOST_DOUBTFUL);
    /** Some domains are destinations of their own. */
    private boolean apart;
    /** The side that was served last. */
    private boolean servedDoubtful;

    LaneState(Lane lane, StreamShare stream, Quickness quickness) {
        this.lane = lane;
        this.stream = stream;
        this.quickness = quickness;
    }

    void activate(String domain) {
        LaneSide side = side(domain);
        (side == quick ? doubtful : quick).drop(domain);
        side.activate(domain);
    }

    List<LaneSide> sides() {
        return List.of(quick, doubtful);
    }

    /** Activates a queue of this side on the other, where its domain has changed sides since; false where it has not. */
    boolean movesFrom(LaneSide side, String domain) {
        LaneSide now = side(domain);
        if (now == side) {
            return false;
        }
        now.activate(domain);
        return true;
    }

    int activeQueues() {
        return quick.activeQueues() + doubtful.activeQueues();
    }

    /** Queues with mail that is not held up by slow destinations. */
    int activeQuickQueues() {
        return quick.activeQueues();
    }

    int buffered() {
        return quick.waiting.size() + doubtful.waiting.size();
    }

    /** How many more claims the lane wants. */
    int wanted() {
        return quick.wanted() + doubtful.wanted();
    }

    /** True when a slot can start something for a transport that is not full. */
    boolean canStart(boolean doubtfulToo, Set<String> full) {
        return quick.waiting.isFor(full) || doubtfulToo && doubtful.waiting.isFor(full);
    }

    /** A queue gave fewer than it was asked for. */
    void exhausted(String domain) {
        quick.exhausted(domain);
        doubtful.exhausted(domain);
    }

    void drop(String domain) {
        quick.drop(domain);
        doubtful.drop(domain);
    }

    /** Takes claims in. */
    void fill(List<RoutedClaim> claims) {
        claims.forEach(this::learn);
        List<RoutedClaim> doubted = new ArrayList<>();
        List<RoutedClaim> others = new ArrayList<>();
        claims.forEach(r -> (isDoubtful(r.claim().queue().domain()) ? doubted : others).add(r));
        if (!others.isEmpty()) {
            quick.fill(others);
        }
        if (!doubted.isEmpty()) {
            doubtful.fill(doubted);
        }
    }

    /** A way that all share is as quick for one domain as for another. */
    private void learn(RoutedClaim routed) {
        if (!routed.route().isWholeTransport()) {
            apart = true;
        } else if (apart) {
            quickness.wasQuick(routed.claim().queue().domain());
        }
    }

    /** What the next slot starts; {@link #canStart} was true. */
    Job take(int slots, boolean doubtfulToo, Set<String> full) {
        boolean plain = quick.waiting.isFor(full);
        boolean both = doubtfulToo && plain && doubtful.waiting.isFor(full);
        servedDoubtful = both ? !servedDoubtful : !plain;
        LaneSide side = servedDoubtful ? doubtful : quick;
        RoutedClaim head = side.waiting.head(full);
        int most = servedDoubtful ? 1 : Math.min(batch.size(side.waiting.size(), slots), head.batch());
        return new Job(
                this,
                side.waiting.take(most, full),
                head.node(),
                head.route(),
                servedDoubtful ? Job.Kind.DOUBTFUL : Job.Kind.PLAIN);
    }

    /** Takes out what is claimed but not started; all of it, or that of one queue. */
    List<RoutedClaim> drain(@Nullable QueueKey queue) {
        List<RoutedClaim> drained = quick.waiting.drain(queue);
        drained.addAll(doubtful.waiting.drain(queue));
        return drained;
    }

    private boolean isDoubtful(String domain) {
        return apart && !quickness.isQuick(domain);
    }

    private LaneSide side(String domain) {
        return isDoubtful(domain) ? doubtful : quick;
    }
}
