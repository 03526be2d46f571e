// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

/**
 * What a cancellation reached.
 *
 * @param cancelled deliveries taken back by this call
 * @param tooLate deliveries that were being sent or already final
 */
public record CancelResult(MessageId id, int cancelled, int tooLate) {}
