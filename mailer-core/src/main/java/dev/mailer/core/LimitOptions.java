// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.MailerConfigException;
import java.time.Duration;

/** The bounds of one mailer. Not thread-safe. */
public final class LimitOptions {
    /** Largest mail, attachments included, by default: 25 MiB. */
    public static final long DEFAULT_MESSAGE_SIZE = 25L * 1024 * 1024;
    /** Attempts between the final dot and their settlement, by default. */
    public static final int DEFAULT_MAX_UNSETTLED = 64;
    /** Bytes of content in memory for sending, by default: 64 MiB. */
    public static final long DEFAULT_BYTES_IN_FLIGHT = 64L * 1024 * 1024;
    /** Submissions that may wait for their commit, by default. */
    public static final int DEFAULT_WAITING_SUBMISSIONS = 10_000;
    /** How long a node's claims outlive its last sign of life, by default. */
    public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);

    private long messageSize = DEFAULT_MESSAGE_SIZE;
    private int maxUnsettled = DEFAULT_MAX_UNSETTLED;
    private long bytesInFlight = DEFAULT_BYTES_IN_FLIGHT;
    private int waitingSubmissions = DEFAULT_WAITING_SUBMISSIONS;
    private int slots;
    private Duration lease = DEFAULT_LEASE;

    LimitOptions() {}

    /** Largest mail in bytes, attachments included; default 25 MiB. */
    public LimitOptions messageSize(long bytes) {
        this.messageSize = atLeast("limits.messageSize", bytes, 1);
        return this;
    }

    /** Most attempts that may have been sent and are not settled: the most copies that one crash can cause. Default {@value #DEFAULT_MAX_UNSETTLED}. */
    public LimitOptions maxUnsettled(int attempts) {
        this.maxUnsettled = (int) atLeast("limits.maxUnsettled", attempts, 1);
        return this;
    }

    /** Most bytes of content held for sending at a time; default 64 MiB. Mails up to 64 KiB are not counted; one larger than this goes alone. */
    public LimitOptions bytesInFlight(long bytes) {
        this.bytesInFlight = atLeast("limits.bytesInFlight", bytes, 1);
        return this;
    }

    /** Most submissions that wait for their commit before further ones are refused; default {@value #DEFAULT_WAITING_SUBMISSIONS}. */
    public LimitOptions waitingSubmissions(int count) {
        this.waitingSubmissions = (int) atLeast("limits.waitingSubmissions", count, 1);
        return this;
    }

    /** Most calls of transports at a time; default: what the transports say helps. */
    public LimitOptions slots(int count) {
        this.slots = (int) atLeast("limits.slots", count, 1);
        return this;
    }

    /** How long a node's claims outlive its last sign of life: at least 2 seconds; default 30 seconds. */
    public LimitOptions lease(Duration time) {
        if (time.compareTo(Duration.ofSeconds(2)) < 0) {
            throw new MailerConfigException("limits.lease", "is " + time + ", at least 2 seconds are needed");
        }
        this.lease = time;
        return this;
    }

    long messageSize() {
        return messageSize;
    }

    int maxUnsettled() {
        return maxUnsettled;
    }

    long bytesInFlight() {
        return bytesInFlight;
    }

    int waitingSubmissions() {
        return waitingSubmissions;
    }

    /** 0 means: what the transports say. */
    int slots() {
        return slots;
    }

    Duration lease() {
        return lease;
    }

    private static long atLeast(String option, long value, long min) {
        if (value < min) {
            throw new MailerConfigException(option, "is " + value + ", at least " + min + " is needed");
        }
        return value;
    }
}
