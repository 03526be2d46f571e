// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hosts that offer PIPELINING and lost count of a flight, which are told one command at a time for a while: else each retry of a mail would
 * end as the first attempt did. Kept by this node only. Thread-safe, never blocks.
 */
final class LockstepHosts {
    /** How long a host is remembered since it lost count last; it may be mended. */
    static final Duration TIME = Duration.ofHours(1);
    /** Most hosts; beyond, the one that lost count the longest ago is trusted again. */
    static final int MOST = 1_000;

    private static final Logger log = LoggerFactory.getLogger(LockstepHosts.class);

    private final InstantSource clock;
    private final Map<Endpoint, Instant> until = new ConcurrentHashMap<>();

    LockstepHosts(InstantSource clock) {
        this.clock = clock;
    }

    boolean contains(Endpoint host) {
        Instant end = until.get(host);
        return end != null && clock.instant().isBefore(end);
    }

    /** Remembers a host that answered a part of a flight, or more than the flight. */
    void add(Endpoint host) {
        Instant now = clock.instant();
        Instant before = until.put(host, now.plus(TIME));
        if (until.size() > MOST) {
            until.entrySet().stream()
                    .min(Map.Entry.comparingByValue(Comparator.naturalOrder()))
                    .ifPresent(oldest -> until.remove(oldest.getKey(), oldest.getValue()));
        }
        if (before == null || !now.isBefore(before)) {
            log.warn(
                    "{}: offers PIPELINING and did not answer each command of a flight once;"
                            + " it is told one command at a time for {} minutes",
                    host.name(),
                    TIME.toMinutes());
        }
    }
}
