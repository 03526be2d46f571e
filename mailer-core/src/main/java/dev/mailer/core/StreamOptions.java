// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.MailerConfigException;

/** One lane: its share when several have mail waiting, and the sending slots that are its own. Not thread-safe. */
public final class StreamOptions {
    /** Share of a stream that says nothing. */
    public static final int DEFAULT_WEIGHT = 1;

    private int weight = DEFAULT_WEIGHT;
    private int reserved;

    StreamOptions() {}

    /** Its share of the slots that nobody reserved, 1 to 1,000; default {@value #DEFAULT_WEIGHT}. */
    public StreamOptions weight(int share) {
        if (share < 1 || share > 1_000) {
            throw new MailerConfigException("streams.weight", "is " + share + ", allowed are 1 to 1000");
        }
        this.weight = share;
        return this;
    }

    /** Sending slots that no other stream can take; default none. */
    public StreamOptions reserved(int slots) {
        if (slots < 0) {
            throw new MailerConfigException("streams.reserved", "is " + slots + ", at least 0 is needed");
        }
        this.reserved = slots;
        return this;
    }

    int weight() {
        return weight;
    }

    int reserved() {
        return reserved;
    }
}
