// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.StoredMessage;

/**
 * A mail that may be handed to a transport: what is to be settled of it, and what is to be sent. The content as it is stored is let go: it
 * is in what is to be sent, and a slow peer may keep thousands of these waiting.
 */
record ReadyMail(OpenClaims open, StoredMessage message, PreparedSubmission submission) {
    ReadyMail {
        message = new StoredMessage(
                message.key(),
                message.id(),
                message.lane(),
                message.acceptedAt(),
                message.sendAt(),
                message.expiresAt(),
                message.policy(),
                message.summary(),
                null);
    }
}
