// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The mail was not accepted because the store or the mailer cannot take it now: overload, store down, disk full, closed.
 * Nothing was promised; repeat with the same idempotency key after {@link #retryAfter()}.
 */
public final class MailerUnavailableException extends MailerException {
    private static final long serialVersionUID = 1L;
    private final Duration retryAfter;

    public MailerUnavailableException(String message, Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    /** How long to wait before the next try; a hint, never negative. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
