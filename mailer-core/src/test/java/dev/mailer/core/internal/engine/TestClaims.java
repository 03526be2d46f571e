// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.QueueKey;

/** Claims for the tests of this package. */
final class TestClaims {
    static final Lane LANE = new Lane("default", "transactional");

    private TestClaims() {}

    static QueueKey queue(String domain) {
        return new QueueKey(LANE, domain);
    }

    static Claim claim(long delivery, long message, String domain) {
        return claim(delivery, message, domain, 1_000, 0);
    }

    static Claim claim(long delivery, long message, String domain, long size, int crashes) {
        return claim(delivery, message, queue(domain), size, crashes);
    }

    static Claim claim(long delivery, long message, QueueKey queue) {
        return claim(delivery, message, queue, 1_000, 0);
    }

    private static Claim claim(long delivery, long message, QueueKey queue, long size, int crashes) {
        return new Claim(
                delivery,
                message,
                queue,
                delivery + "@" + queue.domain(),
                AmbiguityPolicy.RESEND,
                size,
                null,
                1,
                0,
                crashes,
                false,
                null);
    }
}
