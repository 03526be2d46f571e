// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.html;

/** What may be done for one page, counted and not timed, so that every node comes to the same. */
final class Work {
    /** Most questions whether an element is what a selector asks for, and declarations looked at. */
    static final int MAX_STEPS = 2_000_000;
    /** Most characters of style attributes written. */
    static final int MAX_WRITTEN = 2 * 1024 * 1024;

    private int steps;
    private int written;

    /** False when there is nothing left. */
    boolean step() {
        return ++steps <= MAX_STEPS;
    }

    void write(int characters) {
        written += characters;
    }

    boolean exhausted() {
        return steps > MAX_STEPS || written > MAX_WRITTEN;
    }
}
