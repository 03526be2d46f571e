// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

/**
 * What to do with a delivery that may have been sent: the connection or the process died after the final dot and before
 * the reply was recorded (RFC 1047). No protocol can tell, so the sender of the mail decides.
 */
public enum AmbiguityPolicy {
    /** Send again with the same Message-ID: at least once. The default. */
    RESEND,
    /** Keep it as {@link DeliveryState#AMBIGUOUS} until somebody decides: at most once, nothing is given up silently. */
    HOLD,
    /** Give it up with a reason: at most once. For one-time codes. */
    DROP
}
