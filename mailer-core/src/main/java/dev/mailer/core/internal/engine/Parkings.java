// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.ParkedQueue;
import dev.mailer.api.spi.QueueKey;
import java.time.Instant;
import java.util.List;

/** Parks queues, and has them go on, because people say so. Thread-safe. */
final class Parkings {
    private final MailerParts parts;

    Parkings(MailerParts parts) {
        this.parts = parts;
    }

    /** What was claimed of it and has not left goes back. */
    void park(QueueKey queue, Instant until, String reason) {
        store(new ParkedQueue(queue, until, reason, 1));
        Instant now = parts.clock().instant();
        for (RoutedClaim r : parts.dispatcher().withdraw(queue)) {
            parts.writer().settle(parts.rules().release(r.claim(), r.node(), now), () -> {});
        }
    }

    void resume(QueueKey queue) {
        parts.parked().wake(queue);
        store(new ParkedQueue(queue, parts.clock().instant(), "", 0));
        parts.dispatcher().signal(List.of(queue));
    }

    private void store(ParkedQueue p) {
        Commits.join(parts.writer().run(tx -> {
            tx.park(p, parts.clock().instant());
            return true;
        }));
        parts.parked().put(p);
    }
}
