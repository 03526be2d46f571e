// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import org.jspecify.annotations.Nullable;

/**
 * No verdict was reached: connecting, TLS, authentication or the protocol failed. Thrown by transports; callers of
 * {@link Mailer} see it only as the {@link Failure} of a delivery.
 */
public final class TransportException extends MailerException {
    private static final long serialVersionUID = 1L;
    private final transient Failure failure;

    public TransportException(Failure failure, @Nullable Throwable cause) {
        super(failure.toString(), cause);
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }
}
