// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.QueueKey;
import dev.mailer.api.spi.StoredMessage;
import java.util.List;

/**
 * A mail that may be handed to a transport: what is to be settled of it, and what is to be sent. The content as it is stored is let go: it
 * is in what is to be sent, and a slow peer may keep thousands of these waiting.
 *
 * @param givenBack the queues of other recipients, who get it apart from this one
 */
record ReadyMail(OpenClaims open, StoredMessage message, PreparedSubmission submission, List<QueueKey> givenBack) {
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
        givenBack = List.copyOf(givenBack);
    }
}
