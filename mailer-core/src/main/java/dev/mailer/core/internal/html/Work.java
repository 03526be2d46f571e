// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

/** What may be done for one page, counted and not timed, so that every node comes to the same. */
final class Work {
    /** Most questions whether an element is what a selector asks for, weighted by how much is read, and declarations. */
    static final int MAX_STEPS = 2_000_000;
    /** Most characters of style attributes written. */
    static final int MAX_WRITTEN = 2 * 1024 * 1024;

    private int steps;
    private int written;

    /** False when there is nothing left. */
    boolean step() {
        return step(0);
    }

    /** @param more what it takes beyond the one step */
    boolean step(int more) {
        steps = Math.min(steps, MAX_STEPS) + 1 + more;
        return steps <= MAX_STEPS;
    }

    void write(int characters) {
        written += characters;
    }

    boolean exhausted() {
        return steps > MAX_STEPS || written > MAX_WRITTEN;
    }
}
