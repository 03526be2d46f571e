// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When deferred mail is tried again: the properties {@code retry.*}.
 *
 * @param first Wait after the first failure.
 * @param longest Longest wait.
 * @param lifetime When to give up.
 * @param jitter Part of each wait that chance adds or takes away, 0 to 0.5.
 */
public record RetrySettings(
        @Nullable Duration first,
        @Nullable Duration longest,
        @Nullable Duration lifetime,
        @Nullable Double jitter) {}
