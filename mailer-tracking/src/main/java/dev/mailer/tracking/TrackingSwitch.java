// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.tracking.Switches.Pair;

/** What is tracked of the mail of a stream or a tenant; what is not set says nothing. Not thread-safe. */
public final class TrackingSwitch {
    private Pair pair = Pair.UNSET;

    TrackingSwitch() {}

    /** Whether it is noticed that mail is opened. */
    public TrackingSwitch opens(boolean on) {
        pair = pair.opens(on);
        return this;
    }

    /** Whether it is noticed that links are clicked. */
    public TrackingSwitch clicks(boolean on) {
        pair = pair.clicks(on);
        return this;
    }

    Pair pair() {
        return pair;
    }
}
