// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.MailerConfigException;
import java.time.Duration;

/**
 * How long the ledger keeps what is final; looked after about once a minute. Each is at most 36,500 days, else
 * {@link MailerConfigException}. Not thread-safe.
 */
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

    /** Bodies and attachments; default 7 days after the last delivery is final. Zero removes them as soon as that is so. */
    public RetentionOptions content(Duration time) {
        this.content = Durations.notNegative("retention.content", time);
        return this;
    }

    /** Everything about a message, its content and events included; default 90 days after the last delivery is final, at least zero. */
    public RetentionOptions messages(Duration time) {
        this.messages = Durations.notNegative("retention.messages", time);
        return this;
    }

    /** Idempotency keys, from their first use: at least, and by default, 24 hours. */
    public RetentionOptions idempotencyKeys(Duration time) {
        this.idempotencyKeys =
                Durations.atLeast(DEFAULT_IDEMPOTENCY_KEYS, "24 hours", "retention.idempotencyKeys", time);
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
}
