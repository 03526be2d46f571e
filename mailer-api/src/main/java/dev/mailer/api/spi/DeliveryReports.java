// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.EventType;
import dev.mailer.api.Experimental;
import dev.mailer.api.Failure;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How bounces and provider webhooks report what happened after acceptance. Enters the one settlement path; implemented by
 * the engine. Thread-safe.
 */
@Experimental
public interface DeliveryReports {
    /**
     * One report.
     *
     * @param source who says so, such as {@code ses} or {@code dsn}
     * @param eventId the source's own id of this report; a repetition with the same source and id has no effect
     *     within one tenant
     * @param type DELIVERED, BOUNCED, DEFERRED, COMPLAINED, OPENED, …
     */
    record Report(
            String source,
            String eventId,
            EventType type,
            long deliveryId,
            Instant at,
            @Nullable Failure failure,
            Map<String, String> detail) {
        public Report {
            detail = Map.copyOf(detail);
        }
    }

    /** What became of a report. */
    enum Result {
        /** Stored, and the state changed where its precedence says so. */
        APPLIED,
        /** Known already; nothing changed. */
        DUPLICATE,
        /** No such delivery; nothing was stored. */
        UNKNOWN_DELIVERY
    }

    /**
     * Returns when the report is committed.
     *
     * @throws dev.mailer.api.MailerUnavailableException it could not be, or not in time; report it again with the same id
     */
    Result report(Report report);

    /**
     * Hands a report over, to be committed along with others; never blocks. The future ends when it is committed, or with the error of
     * {@link #report}; its dependents run on the mailer's thread and must not block.
     *
     * @throws dev.mailer.api.MailerUnavailableException so many wait already that this one is not taken
     */
    CompletableFuture<Result> submit(Report report);
}
