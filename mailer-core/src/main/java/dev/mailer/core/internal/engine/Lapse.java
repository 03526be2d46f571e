// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.Failure;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log that a transport does not work, once until it works again: when its circuit opens, and at its first failure where it
 * has never worked, which is a wrong setting more often than not. Thread-safe.
 */
final class Lapse {
    /** A last failure longer ago than this tells nothing of what would be now. */
    private static final Duration MEMORY = Duration.ofMinutes(5);

    private static final Logger log = LoggerFactory.getLogger(Lapse.class);

    private enum State {
        NEW,
        WORKING,
        FAILING
    }

    private final String transport;
    private final NanoClock nanos;
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private volatile long failedAt;
    private volatile boolean proven;

    Lapse(String transport, NanoClock nanos) {
        this.transport = transport;
        this.nanos = nanos;
    }

    /** It has failed as a whole. */
    void failed(@Nullable Failure failure, boolean opened) {
        failedAt = nanos.nanos();
        failures.incrementAndGet();
        boolean begins = state.compareAndSet(State.NEW, State.FAILING)
                || (opened && state.getAndSet(State.FAILING) != State.FAILING);
        if (begins) {
            log.warn("{} does not work: {}; its mail waits and is tried again", transport, words(failure));
        }
    }

    void worked() {
        proven = true;
        if (state.getAndSet(State.WORKING) == State.FAILING) {
            log.info("{} works again", transport);
        }
    }

    /** True when it has failed more than once, not long ago, and has never worked. */
    boolean isUnproven() {
        return !proven && failures.get() > 1 && nanos.nanos() - failedAt < MEMORY.toNanos();
    }

    /** Without the text, which may quote addresses. */
    private static String words(@Nullable Failure failure) {
        if (failure == null) {
            return "no reason is known";
        }
        return failure.reason() + " at " + failure.phase() + (failure.code() == 0 ? "" : " (" + failure.code() + ")");
    }
}
