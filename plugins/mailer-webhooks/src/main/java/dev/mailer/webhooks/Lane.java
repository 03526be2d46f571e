// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint on this node: what is in hand for it, and how many requests it gets at a time. That begins with one, doubles with each
 * success and halves with each failure, so an endpoint that hangs or fails takes up little. Thread-safe.
 */
final class Lane {
    /** On average. */
    private static final double SLOW_MILLIS = 2_000;

    /** Claimed ahead for each request at a time, where answers come within the time beside it. */
    private static final int[][] AHEAD = {{20, 32}, {100, 8}, {500, 2}};

    private final int most;
    private final Duration timeout;
    private final Deque<Job> ready = new ArrayDeque<>();
    private Known known;
    private int workers;
    private int window = 1;
    private int failures;
    private double millis = 1_000;
    private boolean succeeded;
    private boolean closed;
    /** What is in hand was claimed to find out whether the endpoint is well again. */
    private boolean probing;

    private @Nullable Instant restsUntil;

    Lane(Known known, DeliverySettings settings) {
        this.known = known;
        this.most = settings.perEndpoint();
        this.timeout = settings.timeout();
        refresh(known);
    }

    /** What other nodes have found counts, too. */
    synchronized void refresh(Known fresh) {
        known = fresh;
        failures = fresh.endpoint().state().failures();
        succeeded |= fresh.endpoint().state().succeededAt() != null;
        restsUntil = fresh.endpoint().state().restsUntil();
    }

    synchronized Known known() {
        return known;
    }

    /** Null when it does not rest, or has been probed and found well. */
    synchronized @Nullable Instant restsUntil() {
        return restsUntil;
    }

    synchronized Standing standing() {
        if (failures > 0 || millis > SLOW_MILLIS) {
            return Standing.SLOW;
        }
        return succeeded ? Standing.PROVEN : Standing.NEW;
    }

    /** How much more is to be claimed now. */
    synchronized int wants(Instant now) {
        dropLate(now);
        if (closed || !known.isEnabled()) {
            return 0;
        }
        if (restsUntil != null) {
            return restsUntil.isAfter(now) || workers > 0 || !ready.isEmpty() ? 0 : 1;
        }
        int target = window;
        for (int[] step : AHEAD) {
            if (millis < step[0]) {
                target = window * step[1];
                break;
            }
        }
        int inHand = ready.size() + workers;
        return inHand * 2 > target ? 0 : target - inHand;
    }

    synchronized void add(Job job) {
        probing |= restsUntil != null;
        ready.add(job);
    }

    /** What waited so long that its claim would end before the answer comes back by itself. */
    private void dropLate(Instant now) {
        while (!ready.isEmpty()
                && now.plus(timeout).isAfter(ready.peek().claim().until())) {
            ready.remove();
        }
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Something is to be sent, and nothing is under way. */
    synchronized boolean waits() {
        return workers == 0 && !closed && !ready.isEmpty();
    }

    /** True when one more worker may be started, which is counted then. */
    synchronized boolean startsWorker() {
        if (closed || ready.isEmpty() || workers >= window) {
            return false;
        }
        workers++;
        return true;
    }

    /** One that was counted did not come to be. */
    synchronized void workerFailed() {
        workers--;
    }

    /**
     * The next for a worker; null when it is to end, and is counted no more.
     *
     * @param givesWay others wait for its place
     */
    synchronized @Nullable Job take(Instant now, boolean givesWay) {
        dropLate(now);
        Job job = closed || givesWay || workers > window ? null : ready.poll();
        if (job == null) {
            workers--;
        }
        return job;
    }

    /** Returns until when it rests because of a failure; null when it does not. */
    synchronized @Nullable Instant note(Answer answer, Instant at, RetryWaits waits) {
        probing = false;
        millis += (answer.took().toMillis() - millis) / 4;
        if (answer.succeeded()) {
            succeeded = true;
            failures = 0;
            restsUntil = null;
            window = Math.min(most, window * 2);
            return null;
        }
        failures++;
        window = Math.max(1, window / 2);
        Duration rest = waits.rest(failures);
        Duration asked = answer.status() == 429 || answer.status() == 503 ? answer.retryAfter() : null;
        if (asked != null && (rest == null || asked.compareTo(rest) > 0)) {
            rest = asked.compareTo(RetryWaits.MOST_ASKED) < 0 ? asked : RetryWaits.MOST_ASKED;
        }
        if (rest != null) {
            restsUntil = at.plus(rest);
        }
        return rest == null ? null : restsUntil;
    }

    /** What was not begun while the endpoint rests or is disabled, but for a probe; all of that once the lane is closed. */
    synchronized List<Job> withdraw() {
        if (probing && !closed) {
            return List.of();
        }
        List<Job> jobs = new ArrayList<>(ready);
        ready.clear();
        return jobs;
    }

    synchronized void close() {
        closed = true;
    }

    /** Closed, and nothing of it is under way. */
    synchronized boolean hasEnded() {
        return closed && workers == 0;
    }
}
