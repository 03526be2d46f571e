// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.StoredMessage;
import dev.mailer.core.internal.log.Causes;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An observation; what a handler of it throws concerns nobody's mail. For one thread. */
final class GuardedSpan {
    private static final Logger log = LoggerFactory.getLogger(GuardedSpan.class);

    private final Complaints complaints;
    private Observation observation = Observation.NOOP;
    private Observation.Scope scope = Observation.Scope.NOOP;

    private GuardedSpan(Complaints complaints) {
        this.complaints = complaints;
    }

    static GuardedSpan start(ObservationRegistry observations, Complaints complaints, Job job, StoredMessage message) {
        return start(
                complaints,
                () -> Observation.createNotStarted("mailer.attempt", observations)
                        .lowCardinalityKeyValue(
                                "transport", job.route().outlet().transport().name())
                        .lowCardinalityKeyValue("stream", job.lane().lane.stream())
                        .highCardinalityKeyValue("message.id", message.id().toString()));
    }

    /** @param made not started yet */
    static GuardedSpan start(Complaints complaints, Supplier<Observation> made) {
        GuardedSpan span = new GuardedSpan(complaints);
        span.guarded(() -> {
            span.observation = made.get().start();
            span.scope = span.observation.openScope();
        });
        return span;
    }

    void detail(String key, String value) {
        guarded(() -> observation.highCardinalityKeyValue(key, value));
    }

    void end(@Nullable Throwable thrown) {
        guarded(scope::close);
        guarded(() -> {
            if (thrown != null) {
                observation.error(thrown);
            }
            observation.stop();
        });
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | LinkageError e) {
            if (complaints.isNew(e)) {
                log.warn("something could not be observed, this cause is told once: {}", Causes.of(e, log));
            }
        }
    }
}
