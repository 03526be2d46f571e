// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.MailerUnavailableException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a request that the engine cannot carry out now. The client learns when to come back, and nothing of what a
 * database or a disk says; the log learns the kind of the trouble, once in a while and not with each request. Thread-safe.
 */
final class Unavailability {
    private static final Logger LOG = LoggerFactory.getLogger(Unavailability.class);
    /** As long as the trouble is the same. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final LongSupplier nanos;
    private volatile Told told = new Told("", 0);

    /** @param nanos a clock of which only distances matter */
    Unavailability(LongSupplier nanos) {
        this.nanos = nanos;
    }

    private record Told(String trouble, long at) {}

    /** @param changes whether the request would have changed something; it may still have done so */
    ApiException answer(MailerUnavailableException e, String route, boolean changes) {
        log(Causes.of(e), route);
        LOG.debug("in full", e);
        return ApiException.unavailable(
                changes
                        ? "Not accepted for certain; repeat it after the seconds in Retry-After, with the same"
                                + " Idempotency-Key if it has one."
                        : "This cannot be answered now; ask again after the seconds in Retry-After.",
                e.retryAfter());
    }

    private void log(String trouble, String route) {
        Told before = told;
        long now = nanos.getAsLong();
        if (!before.trouble().equals(trouble) || now - before.at() >= SILENCE.toNanos()) {
            told = new Told(trouble, now);
            LOG.warn("{} is answered with 503, said once in {} s: {}", route, SILENCE.toSeconds(), trouble);
        }
    }
}
