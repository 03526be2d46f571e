// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import java.time.Duration;

/** Says how fast a destination, transport, stream or tenant may be used; shared between nodes where the implementation is. Thread-safe; must not block for long. */
@Experimental
@FunctionalInterface
public interface RateLimiter {
    /** Never limits. */
    RateLimiter UNLIMITED = (key, permits) -> Duration.ZERO;

    /**
     * Takes permits.
     *
     * @param key what is limited, such as {@code destination:example.org}
     * @return zero when the permits were taken; otherwise nothing was taken and this is how long to wait
     */
    Duration tryAcquire(String key, int permits);
}
