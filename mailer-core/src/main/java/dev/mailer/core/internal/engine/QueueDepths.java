// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.OutboxStore;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How much waits in each lane. Counting costs more the more waits, so an answer holds for a while. Thread-safe. */
final class QueueDepths {
    private static final Duration AGE = Duration.ofSeconds(5);

    private final OutboxStore store;
    private volatile @Nullable Counted last;

    QueueDepths(OutboxStore store) {
        this.store = store;
    }

    private record Counted(List<OutboxStore.Depth> depths, long at) {}

    List<OutboxStore.Depth> latest() {
        Counted counted = last;
        if (counted == null || System.nanoTime() - counted.at > AGE.toNanos()) {
            counted = new Counted(store.depths(), System.nanoTime());
            last = counted;
        }
        return counted.depths;
    }
}
