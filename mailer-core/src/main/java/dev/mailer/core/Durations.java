// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.MailerConfigException;
import java.time.Duration;
import java.util.Objects;

/** Checks of options that are durations. */
final class Durations {
    private static final int LONGEST_DAYS = 36_500;
    /** More than anybody means, and far from what clocks can count. */
    private static final Duration LONGEST = Duration.ofDays(LONGEST_DAYS);

    private Durations() {}

    static Duration positive(String option, Duration value) {
        Objects.requireNonNull(value, option);
        if (value.isNegative() || value.isZero()) {
            throw new MailerConfigException(option, "is " + value + ", more than zero is needed");
        }
        return bounded(option, value);
    }

    static Duration notNegative(String option, Duration value) {
        Objects.requireNonNull(value, option);
        if (value.isNegative()) {
            throw new MailerConfigException(option, "is " + value + ", at least zero is needed");
        }
        return bounded(option, value);
    }

    /** @param words the bound, as the message tells it: {@code 2 seconds} */
    static Duration atLeast(Duration least, String words, String option, Duration value) {
        Objects.requireNonNull(value, option);
        if (value.compareTo(least) < 0) {
            throw new MailerConfigException(option, "is " + value + ", at least " + words + " are needed");
        }
        return bounded(option, value);
    }

    /** @param words the bound, as the message tells it: {@code 1 hour is} */
    static Duration atMost(Duration most, String words, String option, Duration value) {
        if (value.compareTo(most) > 0) {
            throw new MailerConfigException(option, "is " + value + ", at most " + words + " allowed");
        }
        return value;
    }

    private static Duration bounded(String option, Duration value) {
        return atMost(LONGEST, LONGEST_DAYS + " days are", option, value);
    }
}
