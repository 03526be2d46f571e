// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import java.time.Instant;

/**
 * A queue that is not claimed from before an instant.
 *
 * @param until the end; {@link Instant#MAX} when an operator stopped it
 * @param reason why, for people
 * @param strikes parkings in a row, for the back-off; 0 when it is not parked any more
 */
public record ParkedQueue(QueueKey queue, Instant until, String reason, int strikes) {}
