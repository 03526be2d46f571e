// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.time.Duration;

/**
 * What is done to a site.
 *
 * @param connections most at once; 0 for none at all
 * @param time zero when nothing is done, which keeps later rules from being looked at
 */
record ShapingAction(int connections, Duration time) {
    static final ShapingAction NONE = new ShapingAction(0, Duration.ZERO);

    boolean isNone() {
        return time.isZero();
    }

    boolean isSuspension() {
        return connections == 0;
    }
}
