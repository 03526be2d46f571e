// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.StoredMessage;
import dev.mailer.core.internal.log.Causes;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An observation; what a handler of it throws concerns nobody's mail. It is in scope on the thread that started it, which ends it, but
 * for that of a mail that is sent along with others: that one is in no scope, and ends when its outcome is known.
 */
final class GuardedSpan {
    private static final Logger log = LoggerFactory.getLogger(GuardedSpan.class);

    private final Complaints complaints;
    private Observation observation = Observation.NOOP;
    private Observation.Scope scope = Observation.Scope.NOOP;
    private final AtomicBoolean stopped = new AtomicBoolean();

    private GuardedSpan(Complaints complaints) {
        this.complaints = complaints;
    }

    /** One mail of a job. */
    static GuardedSpan attempt(
            ObservationRegistry observations, Complaints complaints, Job job, StoredMessage message) {
        GuardedSpan span = new GuardedSpan(complaints);
        span.start(() -> Observation.createNotStarted("mailer.attempt", observations)
                .lowCardinalityKeyValue(
                        "transport", job.route().outlet().transport().name())
                .lowCardinalityKeyValue("stream", job.lane().lane.stream())
                .highCardinalityKeyValue("message.id", message.id().toString()));
        if (job.mails().size() == 1) {
            span.enter();
        }
        return span;
    }

    /** @param made not started yet */
    static GuardedSpan start(Complaints complaints, Supplier<Observation> made) {
        GuardedSpan span = new GuardedSpan(complaints);
        span.start(made);
        span.enter();
        return span;
    }

    private void start(Supplier<Observation> made) {
        guarded(() -> observation = made.get().start());
    }

    private void enter() {
        guarded(() -> scope = observation.openScope());
    }

    /** All is known; from any thread. */
    void reported() {
        if (scope == Observation.Scope.NOOP) {
            stop(null);
        }
    }

    void detail(String key, String value) {
        guarded(() -> observation.highCardinalityKeyValue(key, value));
    }

    void end(@Nullable Throwable thrown) {
        guarded(scope::close);
        stop(thrown);
    }

    private void stop(@Nullable Throwable thrown) {
        if (stopped.compareAndSet(false, true)) {
            guarded(() -> {
                if (thrown != null) {
                    observation.error(thrown);
                }
                observation.stop();
            });
        }
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | LinkageError e) {
            if (complaints.isDue(e)) {
                log.warn("something could not be observed; {}: {}", Complaints.AGAIN, Causes.of(e, log));
            }
        }
    }
}
