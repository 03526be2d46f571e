// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Ids of hits, unique among all nodes: what is random once, and a number. Nobody gains by guessing one. Thread-safe. */
final class HitIds implements Supplier<String> {
    private final String prefix = UUID.randomUUID() + "-";
    private final AtomicLong count = new AtomicLong();

    @Override
    public String get() {
        return prefix + Long.toString(count.incrementAndGet(), Character.MAX_RADIX);
    }
}
