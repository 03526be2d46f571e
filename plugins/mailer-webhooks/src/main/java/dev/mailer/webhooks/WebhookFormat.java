// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

/** What a payload looks like. */
public enum WebhookFormat {
    /** {@code {"type", "timestamp", "data"}}, as Standard Webhooks has it, with the field names of Resend. */
    STANDARD,
    /** {@code {"event", "timestamp", "payload", "uuid"}} with an RSA signature, as Postal sends it. */
    POSTAL
}
