// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.QueueKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One lane as its node sees it: the queues to claim from, in turn, and what is claimed and waits for a slot.
 *
 * <p>Where domains are destinations of their own, those that are not known to be quick are a side apart, so that domains which
 * keep us waiting fill neither the claims nor the slots of the others. Guarded by the dispatcher's lock.
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

    private final LaneSide quick = new LaneSide(MOST);
    private final LaneSide doubtful = new LaneSide(MOST_DOUBTFUL);
    private final Quickness quickness = new Quickness();
    /** Some domains are destinations of their own. */
    private boolean apart;
    /** The side that was served last. */
    private boolean servedDoubtful;

    LaneState(Lane lane, StreamShare stream) {
        this.lane = lane;
        this.stream = stream;
    }

    void activate(String domain) {
        side(domain).activate(domain);
    }

    /** The quick one is enough where there is one way for all. */
    List<LaneSide> sides() {
        return List.of(quick, doubtful);
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

    /** True when a slot can start something. */
    boolean canStart(boolean doubtfulToo) {
        return quick.waiting.size() > 0 || doubtfulToo && doubtful.waiting.size() > 0;
    }

    /** True when so much is under way to a slow domain that nothing more is to be claimed. */
    boolean isFull(String domain) {
        return quickness.isFull(domain);
    }

    /** A queue gave fewer than it was asked for. */
    void exhausted(String domain) {
        side(domain).exhausted(domain);
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

    private void learn(RoutedClaim routed) {
        String domain = routed.claim().queue().domain();
        if (!routed.route().isWholeTransport()) {
            if (!apart) {
                apart = true;
                quick.queues().forEach(d -> quick.handOver(new QueueKey(lane, d), doubtful));
            }
        } else if (apart && isDoubtful(domain)) {
            quickness.wasQuick(domain);
            doubtful.handOver(routed.claim().queue(), quick);
        }
    }

    /** What the next slot starts; {@link #canStart} was true. */
    Job take(int slots, boolean doubtfulToo) {
        boolean both = doubtfulToo && quick.waiting.size() > 0 && doubtful.waiting.size() > 0;
        servedDoubtful = both ? !servedDoubtful : quick.waiting.size() == 0;
        LaneSide side = servedDoubtful ? doubtful : quick;
        RoutedClaim head = side.waiting.head();
        int most = Math.min(batch.size(side.waiting.size(), slots), head.batch());
        return new Job(
                this,
                side.waiting.take(most),
                head.node(),
                head.route(),
                servedDoubtful ? Job.Kind.DOUBTFUL : Job.Kind.PLAIN);
    }

    /** A job has ended: was its destination quick? */
    void ended(Job job, boolean wasQuick) {
        if (job.route().isWholeTransport()) {
            return;
        }
        for (String domain : domains(job)) {
            QueueKey queue = new QueueKey(lane, domain);
            if (wasQuick && isDoubtful(domain)) {
                quickness.wasQuick(domain);
                doubtful.handOver(queue, quick);
            } else if (!wasQuick && apart && !isDoubtful(domain)) {
                quickness.wasSlow(domain);
                quick.handOver(queue, doubtful);
            }
        }
    }

    /** A job goes on beside the slots. */
    void setAside(Job job) {
        ended(job, false);
        domains(job).forEach(quickness::setAside);
    }

    /** One that was aside has ended. */
    void endedAside(Job job) {
        for (String domain : domains(job)) {
            quickness.ended(domain);
            activate(domain);
        }
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

    private static Set<String> domains(Job job) {
        return job.claims().stream().map(Claim::queue).map(QueueKey::domain).collect(Collectors.toSet());
    }
}
