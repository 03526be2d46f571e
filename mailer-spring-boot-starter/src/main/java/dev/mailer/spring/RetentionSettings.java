// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long the ledger keeps what is final: the properties {@code retention.*}.
 *
 * @param content Bodies and attachments, after the last delivery is final.
 * @param messages Everything about a mail, after the last delivery is final.
 * @param idempotencyKeys Idempotency keys, at least a day.
 */
public record RetentionSettings(
        @Nullable Duration content,
        @Nullable Duration messages,
        @Nullable Duration idempotencyKeys) {}
