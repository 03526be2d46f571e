// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

/** The idempotency key was used before, by the same tenant, for a mail with another content. */
public final class IdempotencyConflictException extends MailerException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // caught where it is thrown, not sent between machines
    private final MessageId existing;

    public IdempotencyConflictException(MessageId existing) {
        super(
                "idempotencyKey: already used for message " + existing
                        + " with another content; use a new key for a new mail, or send the same content again",
                null);
        this.existing = existing;
    }

    /** The message that holds the key. */
    public MessageId existing() {
        return existing;
    }
}
