// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import java.time.Duration;

/**
 * How webhooks are delivered.
 *
 * @param perEndpoint requests at a time to one endpoint
 * @param together requests at a time to all; beyond it each endpoint still gets one, up to {@link #most}
 * @param timeout of one request as a whole
 * @param disableAfter how long an endpoint may fail without one success
 * @param keep how long deliveries are kept when they have ended
 */
record DeliverySettings(int perEndpoint, int together, Duration timeout, Duration disableAfter, Duration keep) {
    /** Requests at a time, however many endpoints there are. */
    int most() {
        return together * WebhooksBuilder.MOST_TO_TOGETHER;
    }

    /** How long a claim is held; a node that dies keeps its claims from others for that long. */
    Duration lease() {
        return timeout.multipliedBy(4).plusSeconds(30);
    }
}
