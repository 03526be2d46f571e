// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a request ended.
 *
 * @param status 0 when there was no answer
 * @param result {@code delivered}, {@code status}, {@code timeout}, {@code refused}, {@code dns}, {@code connect}, {@code tls} or {@code broken}
 * @param excerpt of the answer, fit for a terminal and a page
 * @param retryAfter as it was asked for; null when it was not
 */
record Answer(
        int status,
        Duration took,
        String result,
        String excerpt,
        @Nullable Duration retryAfter) {
    private static final int GONE = 410;

    boolean succeeded() {
        return status >= 200 && status < 300;
    }

    /** The endpoint wants no more. */
    boolean isGone() {
        return status == GONE;
    }
}
