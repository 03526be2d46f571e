// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.MailerConfigException;
import java.time.Duration;

/** When a deferred delivery is tried again: doubling from {@code first} to {@code longest}, each ± {@code jitter}, until {@code lifetime}. Not thread-safe. */
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

    /** Wait after the first failure; default 5 minutes. */
    public RetryOptions first(Duration wait) {
        this.first = positive("retry.first", wait);
        return this;
    }

    /** Longest wait between two attempts; default 4 hours. */
    public RetryOptions longest(Duration wait) {
        this.longest = positive("retry.longest", wait);
        return this;
    }

    /** How long a mail is tried; default 5 days. */
    public RetryOptions lifetime(Duration time) {
        this.lifetime = positive("retry.lifetime", time);
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

    private static Duration positive(String option, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new MailerConfigException(option, "is " + value + ", more than zero is needed");
        }
        return value;
    }
}
