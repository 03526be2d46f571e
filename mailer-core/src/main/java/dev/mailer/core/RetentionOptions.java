// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.MailerConfigException;
import java.time.Duration;

/** How long the ledger keeps what is final. Not thread-safe. */
public final class RetentionOptions {
    /** Content, by default, counted from the final state. */
    public static final Duration DEFAULT_CONTENT = Duration.ofDays(7);
    /** Messages with their events, by default, counted from the final state. */
    public static final Duration DEFAULT_MESSAGES = Duration.ofDays(90);
    /** Idempotency keys, by default. */
    public static final Duration DEFAULT_IDEMPOTENCY_KEYS = Duration.ofHours(24);

    private Duration content = DEFAULT_CONTENT;
    private Duration messages = DEFAULT_MESSAGES;
    private Duration idempotencyKeys = DEFAULT_IDEMPOTENCY_KEYS;

    RetentionOptions() {}

    /** Bodies and attachments; default 7 days after the last delivery is final. */
    public RetentionOptions content(Duration time) {
        this.content = notNegative("retention.content", time);
        return this;
    }

    /** Everything about a message; default 90 days after the last delivery is final. */
    public RetentionOptions messages(Duration time) {
        this.messages = notNegative("retention.messages", time);
        return this;
    }

    /** Idempotency keys: at least, and by default, 24 hours. */
    public RetentionOptions idempotencyKeys(Duration time) {
        if (time.compareTo(DEFAULT_IDEMPOTENCY_KEYS) < 0) {
            throw new MailerConfigException(
                    "retention.idempotencyKeys", "is " + time + ", at least 24 hours are needed");
        }
        this.idempotencyKeys = time;
        return this;
    }

    Duration content() {
        return content;
    }

    Duration messages() {
        return messages;
    }

    Duration idempotencyKeys() {
        return idempotencyKeys;
    }

    private static Duration notNegative(String option, Duration value) {
        if (value.isNegative()) {
            throw new MailerConfigException(option, "is " + value + ", at least zero is needed");
        }
        return value;
    }
}
