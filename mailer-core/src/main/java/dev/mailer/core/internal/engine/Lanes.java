// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import dev.mailer.api.spi.QueueKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The lanes of this node, what is ready and claimed in each, and who is served next. Guarded by the dispatcher's lock. */
final class Lanes {
    /** A lane that knows so many ready queues which are not slow needs no search. */
    private static final int ENOUGH_QUEUES = 256;
    /** Nor one that knows so many of any kind. */
    private static final int MOST_QUEUES = 65_536;
    /** Most deliveries of one queue in one claim while others wait. */
    private static final int QUEUE_TURN = 32;

    private final FairShare share;
    private final ParkedQueues parked;
    private final Map<Lane, LaneState> lanes = new HashMap<>();
    private final Quickness quickness = new Quickness();
    /** Queues that failed as a whole and have one delivery under way, whose outcome is awaited before the next. */
    private final Set<QueueKey> onTrial = new HashSet<>();

    Lanes(FairShare share, ParkedQueues parked) {
        this.share = share;
        this.parked = parked;
    }

    /** These queues have something to send. */
    void activate(Collection<QueueKey> queues) {
        for (QueueKey queue : queues) {
            lane(queue.lane()).activate(queue.domain());
        }
    }

    /** Where the search of a lane goes on; null when the lane knows enough ready queues. */
    @Nullable
    SearchFrom searchFrom(Lane lane) {
        LaneState state = lane(lane);
        boolean enough = state.activeQuickQueues() >= ENOUGH_QUEUES || state.activeQueues() >= MOST_QUEUES;
        return enough ? null : new SearchFrom(state.scanAfter);
    }

    /** A search has found these, and goes on behind {@code after} next time. */
    void found(Lane lane, List<QueueKey> queues, @Nullable String after) {
        lane(lane).scanAfter = after;
        activate(queues);
    }

    /** The last domain that was looked at; null to begin at the start. */
    record SearchFrom(@Nullable String after) {}

    /** What each lane with room should claim from its queues, in turn. */
    List<Pick> choose() {
        List<Pick> picks = new ArrayList<>();
        for (LaneState lane : lanes.values()) {
            lane.sides().forEach(side -> choose(lane, side, picks));
        }
        return picks;
    }

    private void choose(LaneState lane, LaneSide side, List<Pick> picks) {
        int room = side.wanted();
        if (room == 0) {
            return;
        }
        List<String> queues = side.nextQueues(room, domain -> isHeldBack(lane, side, domain));
        int turn = queues.size() == 1 ? room : Math.max(1, Math.min(QUEUE_TURN, room / Math.max(1, queues.size())));
        for (String domain : queues) {
            QueueKey queue = new QueueKey(lane.lane, domain);
            picks.add(new Pick(queue, parked.strikes(queue) > 0 ? 1 : turn));
        }
    }

    private boolean isHeldBack(LaneState lane, LaneSide side, String domain) {
        QueueKey queue = new QueueKey(lane.lane, domain);
        return lane.movesFrom(side, domain)
                || parked.isParked(queue)
                || onTrial.contains(queue)
                || quickness.isFull(domain);
    }

    /**
     * Takes in what was claimed.
     *
     * @return what is not to be started, because its queue was parked while it was claimed from
     */
    List<RoutedClaim> place(Claimed claimed) {
        List<RoutedClaim> tooLate = new ArrayList<>();
        Map<LaneState, List<RoutedClaim>> byLane = new HashMap<>();
        for (QueueKey queue : new LinkedHashSet<>(claimed.queues())) {
            List<RoutedClaim> got = claimed.of(queue);
            LaneState lane = lane(queue.lane());
            if (parked.isParked(queue)) {
                lane.drop(queue.domain());
                tooLate.addAll(got);
                continue;
            }
            if (claimed.exhausted().contains(queue)) {
                lane.exhausted(queue.domain());
            }
            if (!got.isEmpty()) {
                if (parked.strikes(queue) > 0) {
                    onTrial.add(queue);
                }
                byLane.computeIfAbsent(lane, k -> new ArrayList<>()).addAll(got);
            }
        }
        byLane.forEach(LaneState::fill);
        return tooLate;
    }

    /** A queue was parked: what is claimed from it and not started is taken out. */
    List<RoutedClaim> withdraw(QueueKey queue) {
        LaneState lane = lane(queue.lane());
        lane.drop(queue.domain());
        onTrial.remove(queue);
        return lane.drain(queue);
    }

    /** Takes out all that is claimed and not started. */
    List<RoutedClaim> drain() {
        List<RoutedClaim> rest = new ArrayList<>();
        lanes.values().forEach(l -> rest.addAll(l.drain(null)));
        return rest;
    }

    /** True while something is claimed and not started, or may be ready. */
    boolean haveWork() {
        return lanes.values().stream().anyMatch(l -> l.buffered() > 0 || l.activeQueues() > 0);
    }

    /** What the next free slot starts; null when there is nothing that may start now. */
    @Nullable
    Job next() {
        LaneState lane = share.next(lanes.values());
        return lane == null ? null : share.take(lane);
    }

    /** A job that needs no turn: a claim that is tried alone. */
    Job alone(RoutedClaim routed) {
        Claim claim = routed.claim();
        return new Job(
                lane(claim.queue().lane()), List.of(List.of(claim)), routed.node(), routed.route(), Job.Kind.ALONE);
    }

    void started(Job job) {
        share.started(job);
    }

    /**
     * A job that takes long goes on, and its slot is free for another.
     *
     * @return what is claimed and not to be started, because so much is under way to the same domain
     */
    List<RoutedClaim> setAside(Job job, long nanos) {
        share.finished(job);
        job.lane().batch.took(job.mails().size(), nanos);
        List<RoutedClaim> tooMany = new ArrayList<>();
        for (QueueKey queue : job.queues()) {
            quickness.setAside(queue.domain());
            if (quickness.isFull(queue.domain())) {
                lanes.values().forEach(l -> tooMany.addAll(l.drain(new QueueKey(l.lane, queue.domain()))));
                // a trial that is not started has no outcome that would end it
                tooMany.forEach(r -> onTrial.remove(r.claim().queue()));
            }
        }
        return tooMany;
    }

    /**
     * A job has ended in its slot, and the outcome of its claims is known: queues on trial are parked again, or go on.
     *
     * @return true when a queue goes on
     */
    boolean finished(Job job, Ran ran) {
        share.finished(job);
        if (ran.tried() > 0) {
            job.lane().batch.took(ran.tried(), ran.nanos());
        }
        if (!job.route().isWholeTransport()) {
            learn(job, ran);
        }
        return goOn(job, ran);
    }

    private void learn(Job job, Ran ran) {
        for (QueueKey queue : job.queues()) {
            if (ran.wasQuick()) {
                quickness.wasQuick(queue.domain());
            } else if (ran.wasSlow()) {
                quickness.wasSlow(queue.domain());
            }
        }
    }

    /** A job has ended that was set aside. */
    void finishedAside(Job job, Ran ran) {
        learn(job, ran);
        for (QueueKey queue : job.queues()) {
            quickness.ended(queue.domain());
            lane(queue.lane()).activate(queue.domain());
        }
        goOn(job, ran);
    }

    @CanIgnoreReturnValue
    private boolean goOn(Job job, Ran ran) {
        activate(ran.givenBack());
        boolean more = !ran.givenBack().isEmpty();
        for (QueueKey queue : job.queues()) {
            if (onTrial.remove(queue)) {
                lane(queue.lane()).activate(queue.domain());
                more = true;
            }
        }
        return more;
    }

    private LaneState lane(Lane lane) {
        return lanes.computeIfAbsent(lane, l -> new LaneState(l, share.stream(l.stream()), quickness));
    }
}
