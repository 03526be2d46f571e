// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Ids of hits, unique among all nodes: what is random once, and a number. Nobody gains by guessing one. Thread-safe. */
final class HitIds implements Supplier<String> {
    /** Bytes of the random part: of a million nodes no two have the same. */
    private static final int RANDOM = 12;

    private final String prefix;
    private final AtomicLong count = new AtomicLong();

    HitIds() {
        byte[] random = new byte[RANDOM];
        new SecureRandom().nextBytes(random);
        prefix = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + ".";
    }

    @Override
    public String get() {
        return prefix + Long.toString(count.incrementAndGet(), Character.MAX_RADIX);
    }
}
