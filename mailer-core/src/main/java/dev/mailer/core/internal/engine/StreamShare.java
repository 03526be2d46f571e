// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

/** What a stream may use, over all tenants. Guarded by the dispatcher's lock. */
final class StreamShare {
    final int weight;
    final int reserved;
    int busy;

    StreamShare(int weight, int reserved) {
        this.weight = weight;
        this.reserved = reserved;
    }

    /** Slots in use beyond its own. */
    int beyondReserve() {
        return Math.max(0, busy - reserved);
    }
}
