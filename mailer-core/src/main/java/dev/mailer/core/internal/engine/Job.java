// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.QueueKey;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * What one slot works on: mails that go to one destination, handed over in one call.
 *
 * @param mails the claims of each, which are of one message
 * @param node the number under which this process claimed them, which may have another by now
 * @param pastDot true once one of them may have been sent
 */
record Job(LaneState lane, List<List<Claim>> mails, long node, Route route, Kind kind, AtomicBoolean pastDot) {
    Job(LaneState lane, List<List<Claim>> mails, long node, Route route, Kind kind) {
        this(lane, mails, node, route, kind, new AtomicBoolean());
    }

    /** The same with fewer mails. */
    Job with(List<List<Claim>> fewer) {
        return new Job(lane, fewer, node, route, kind, pastDot);
    }

    enum Kind {
        PLAIN,
        /** Its destination may keep it waiting. */
        DOUBTFUL,
        /** Nothing else may be begun on this node meanwhile. */
        ALONE
    }

    /** The claims of all its mails. */
    List<Claim> claims() {
        return mails.stream().flatMap(List::stream).toList();
    }

    /** Those that its claims are of. */
    Set<QueueKey> queues() {
        return mails.stream().flatMap(List::stream).map(Claim::queue).collect(Collectors.toSet());
    }

    /** Bytes of stored content; all claims of a mail are of one. */
    long size() {
        return mails.stream().mapToLong(m -> m.get(0).size()).sum();
    }

    boolean isAlone() {
        return kind == Kind.ALONE;
    }

    boolean isDoubtful() {
        return kind == Kind.DOUBTFUL;
    }
}
