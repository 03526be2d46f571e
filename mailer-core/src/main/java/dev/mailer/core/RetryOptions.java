// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.MailerConfigException;
import java.time.Duration;

/**
 * When a deferred delivery is tried again: doubling from {@code first} to {@code longest}, each ± {@code jitter}, until {@code lifetime}. Durations
 * are more than zero and at most 36,500 days, else {@link MailerConfigException}. Not thread-safe.
 */
public final class RetryOptions {
    /** Wait after the first failure, by default. */
    public static final Duration DEFAULT_FIRST = Duration.ofMinutes(5);
    /** Longest wait, by default. */
    public static final Duration DEFAULT_LONGEST = Duration.ofHours(4);
    /** How long a mail is tried, by default, from its acceptance or its {@code sendAt}. */
    public static final Duration DEFAULT_LIFETIME = Duration.ofDays(5);
    /** Part of each wait that chance adds or takes away, by default. */
    public static final double DEFAULT_JITTER = 0.2;

    private Duration first = DEFAULT_FIRST;
    private Duration longest = DEFAULT_LONGEST;
    private Duration lifetime = DEFAULT_LIFETIME;
    private double jitter = DEFAULT_JITTER;

    RetryOptions() {}

    /** Wait after the first failure; default 5 minutes. Not more than {@link #longest}, which is checked when the mailer is built. */
    public RetryOptions first(Duration wait) {
        this.first = Durations.positive("retry.first", wait);
        return this;
    }

    /** Longest wait between two attempts, before the jitter; default 4 hours. */
    public RetryOptions longest(Duration wait) {
        this.longest = Durations.positive("retry.longest", wait);
        return this;
    }

    /**
     * How long a mail is tried, from its acceptance or its {@code sendAt}; default 5 days. A deferral whose next attempt would come later
     * ends the delivery.
     */
    public RetryOptions lifetime(Duration time) {
        this.lifetime = Durations.positive("retry.lifetime", time);
        return this;
    }

    /** Part of each wait that chance adds or takes away, 0 to 0.5; default {@value #DEFAULT_JITTER}. */
    public RetryOptions jitter(double part) {
        if (!(part >= 0 && part <= 0.5)) {
            throw new MailerConfigException("retry.jitter", "is " + part + ", allowed are 0 to 0.5");
        }
        this.jitter = part;
        return this;
    }

    /** What one setter cannot see. */
    void check() {
        if (longest.compareTo(first) < 0) {
            throw new MailerConfigException(
                    "retry.longest", "is " + longest + ", at least retry.first is needed, which is " + first);
        }
    }

    Duration first() {
        return first;
    }

    Duration longest() {
        return longest;
    }

    Duration lifetime() {
        return lifetime;
    }

    double jitter() {
        return jitter;
    }
}
