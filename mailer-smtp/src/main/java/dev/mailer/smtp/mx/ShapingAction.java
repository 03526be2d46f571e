// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.time.Duration;

/**
 * What is done to a site.
 *
 * @param connections most at once; 0 for none at all, {@link #USED} for as many as are in use
 * @param time zero when nothing is done, which keeps later rules from being looked at
 */
record ShapingAction(int connections, Duration time) {
    static final ShapingAction NONE = new ShapingAction(0, Duration.ZERO);

    /** A number of connections: that of those in use. */
    static final int USED = Integer.MAX_VALUE;

    boolean isNone() {
        return time.isZero();
    }

    boolean isSuspension() {
        return connections == 0;
    }

    boolean isAsUsed() {
        return connections == USED;
    }

    /** @param used in use now */
    int most(int used) {
        return isAsUsed() ? used : connections;
    }
}
