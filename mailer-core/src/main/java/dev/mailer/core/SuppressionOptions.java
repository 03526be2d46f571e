// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.MailerConfigException;
import dev.mailer.core.internal.engine.SuppressionRules;
import dev.mailer.core.internal.engine.SuppressionRules.Term;
import java.time.Duration;

/**
 * Which outcomes put a recipient on the suppression list, in the transaction that stores the outcome, and for how long; for good unless
 * something else is set. An entry with the same reason that ends later stays. Durations are from a minute to 36,500 days, else
 * {@link MailerConfigException}. Not thread-safe.
 */
public final class SuppressionOptions {
    private static final Duration LEAST = Duration.ofMinutes(1);

    private Term bounces = Term.FOREVER;
    private Term complaints = Term.FOREVER;

    SuppressionOptions() {}

    /** Who bounced, or whose mailbox or domain a server said not to exist, is left alone for so long. */
    public SuppressionOptions bounces(Duration time) {
        bounces = term("suppression.bounces", time);
        return this;
    }

    /** The same for good, which is the default. */
    public SuppressionOptions bouncesForever() {
        bounces = Term.FOREVER;
        return this;
    }

    /** Bounces add nobody to the list. */
    public SuppressionOptions bouncesOff() {
        bounces = Term.OFF;
        return this;
    }

    /** Who complained is left alone for so long. */
    public SuppressionOptions complaints(Duration time) {
        complaints = term("suppression.complaints", time);
        return this;
    }

    /** The same for good, which is the default. */
    public SuppressionOptions complaintsForever() {
        complaints = Term.FOREVER;
        return this;
    }

    /** Complaints add nobody to the list. */
    public SuppressionOptions complaintsOff() {
        complaints = Term.OFF;
        return this;
    }

    SuppressionRules rules() {
        return new SuppressionRules(bounces, complaints);
    }

    private static Term term(String option, Duration time) {
        return new Term(true, Durations.atLeast(LEAST, "1 minute", option, time));
    }
}
