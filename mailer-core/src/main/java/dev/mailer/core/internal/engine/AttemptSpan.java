// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.StoredMessage;
import dev.mailer.core.internal.log.Causes;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The observation of one attempt; what a handler of it throws concerns nobody's mail. For one thread. */
final class AttemptSpan {
    private static final Logger log = LoggerFactory.getLogger(AttemptSpan.class);

    private final Complaints complaints;
    private Observation observation = Observation.NOOP;
    private Observation.Scope scope = Observation.Scope.NOOP;

    private AttemptSpan(Complaints complaints) {
        this.complaints = complaints;
    }

    static AttemptSpan start(ObservationRegistry observations, Complaints complaints, Job job, StoredMessage message) {
        AttemptSpan span = new AttemptSpan(complaints);
        span.guarded(() -> {
            span.observation = Observation.createNotStarted("mailer.attempt", observations)
                    .lowCardinalityKeyValue(
                            "transport", job.route().outlet().transport().name())
                    .lowCardinalityKeyValue("stream", job.lane().lane.stream())
                    .highCardinalityKeyValue("message.id", message.id().toString())
                    .start();
            span.scope = span.observation.openScope();
        });
        return span;
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
                log.warn("an attempt could not be observed, this cause is told once: {}", Causes.of(e, log));
            }
        }
    }
}
