// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import org.jspecify.annotations.Nullable;

/**
 * Root of everything this library throws on purpose; a verdict of a mail server is never an exception but a
 * {@link DeliveryState} with a {@link Failure}. Messages say what failed, the observed value and the limit or the next
 * step, and never hold a body, a subject or a full recipient address.
 */
public abstract class MailerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MailerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
