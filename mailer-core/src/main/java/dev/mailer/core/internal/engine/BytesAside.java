// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

/**
 * Bounds the content of calls that are aside: all of it by the limit, and what {@link ByteBudget} counts by half of it, so that the other half is
 * left for the slots. Guarded by the dispatcher's lock.
 */
final class BytesAside {
    private final long limit;
    private long all;
    private long large;

    BytesAside(long limit) {
        this.limit = limit;
    }

    /** False when there is no room for a job of this size. */
    boolean take(long size) {
        boolean isLarge = size > ByteBudget.SMALL;
        if (all + size > limit || isLarge && large + size > limit / 2) {
            return false;
        }
        all += size;
        large += isLarge ? size : 0;
        return true;
    }

    void giveBack(long size) {
        all -= size;
        large -= size > ByteBudget.SMALL ? size : 0;
    }
}
