// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.smtp.mx.SiteShape;
import java.time.Duration;
import java.time.Instant;

/** What becomes of the mails for a site that is left alone for a time. */
final class Suspension {
    private Suspension() {}

    /** They wait for the rest of the time, untried. */
    static Outcome outcome(SiteShape shape, Instant now) {
        Instant until = shape.suspendedUntil() == null ? now : shape.suspendedUntil();
        Failure failure = Failure.builder("site-suspended", Phase.CONNECT)
                .text(shape.site() + " is left alone: " + shape.rule())
                .retryable()
                .build();
        Duration wait = Duration.between(now, until);
        return Outcome.busy(failure, wait.isNegative() ? Duration.ZERO : wait);
    }
}
