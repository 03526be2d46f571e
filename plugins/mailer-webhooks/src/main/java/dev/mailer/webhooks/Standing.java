// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

/** How an endpoint did lately, the better before the worse. */
enum Standing {
    /** Its last request succeeded, and it answers soon. */
    PROVEN(4),
    /** Nothing has come of it yet. */
    NEW(3),
    /** It failed last, or keeps its requests waiting. */
    SLOW(2);

    /** So many quarters of all places are the most that those of this standing, and of worse ones, have together. */
    final int quarters;

    Standing(int quarters) {
        this.quarters = quarters;
    }
}
