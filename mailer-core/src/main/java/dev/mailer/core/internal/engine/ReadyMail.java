// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.StoredMessage;

/** A mail that may be handed to a transport: what is to be settled of it, and what is to be sent. */
record ReadyMail(OpenClaims open, StoredMessage message, PreparedSubmission submission) {}
