// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.MessageId;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Makes UUIDv7 (RFC 9562 §5.7): milliseconds, a counter that keeps ids of one process in order (§6.2, method 1), randomness. Thread-safe. */
final class UuidV7 {
    private static final int COUNTER_BITS = 12;

    private final InstantSource clock;
    private final RandomGenerator random;
    /** Milliseconds and counter of the last id, as one number that only grows. */
    private final AtomicLong last = new AtomicLong();

    UuidV7(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    MessageId next() {
        long now = clock.millis() << COUNTER_BITS;
        long tick = last.updateAndGet(before -> Math.max(before + 1, now));
        long millis = tick >>> COUNTER_BITS;
        long counter = tick & ((1 << COUNTER_BITS) - 1);
        long high = (millis << 16) | 0x7000 | counter;
        long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new MessageId(new UUID(high, low));
    }
}
