// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.MailerConfigException;
import dev.mailer.core.internal.engine.SpareThreads;
import java.time.Duration;

/** The bounds of one mailer; a value outside of what an option allows is a {@link MailerConfigException}. Not thread-safe. */
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
    /** Most calls of transports at a time: each has a thread. */
    public static final int MAX_SLOTS = 10_000;
    /** Calls that slow peers may keep waiting beside the slots, by default, where threads are not virtual. */
    public static final int DEFAULT_SLOW_CALLS = 1_000;
    /** The same where they are, on JDK 24 and later; more are not allowed. */
    public static final int MAX_SLOW_CALLS = 10_000;
    /** The longest lease. */
    public static final Duration MAX_LEASE = Duration.ofHours(1);

    private static final Duration MIN_LEASE = Duration.ofSeconds(2);

    private long messageSize = DEFAULT_MESSAGE_SIZE;
    private int maxUnsettled = DEFAULT_MAX_UNSETTLED;
    private long bytesInFlight = DEFAULT_BYTES_IN_FLIGHT;
    private int waitingSubmissions = DEFAULT_WAITING_SUBMISSIONS;
    private int slots;
    private int slowCalls = SpareThreads.areVirtual() ? MAX_SLOW_CALLS : DEFAULT_SLOW_CALLS;
    private Duration lease = DEFAULT_LEASE;

    LimitOptions() {}

    /** Largest mail in bytes, attachments included, as it was given and not yet encoded; at least 1, default 25 MiB. */
    public LimitOptions messageSize(long bytes) {
        this.messageSize = atLeast("limits.messageSize", bytes, 1);
        return this;
    }

    /** Most attempts that may have been sent and are not settled: the most copies that one crash can cause. At least 1, default {@value #DEFAULT_MAX_UNSETTLED}. */
    public LimitOptions maxUnsettled(int attempts) {
        this.maxUnsettled = (int) atLeast("limits.maxUnsettled", attempts, 1);
        return this;
    }

    /** Most bytes of content held for sending at a time; at least 1, default 64 MiB. Mails up to 64 KiB are not counted; one larger than this goes alone. */
    public LimitOptions bytesInFlight(long bytes) {
        this.bytesInFlight = atLeast("limits.bytesInFlight", bytes, 1);
        return this;
    }

    /**
     * Most submissions that wait for their commit before further ones are refused with
     * {@link dev.mailer.api.MailerUnavailableException}; at least 1, default {@value #DEFAULT_WAITING_SUBMISSIONS}.
     */
    public LimitOptions waitingSubmissions(int count) {
        this.waitingSubmissions = (int) atLeast("limits.waitingSubmissions", count, 1);
        return this;
    }

    /**
     * Most calls of transports at a time, each on a thread of its own: 1 to {@value #MAX_SLOTS}. Default: the sum of what the
     * transports say helps, 2 to 64.
     */
    public LimitOptions slots(int count) {
        atLeast("limits.slots", count, 1);
        if (count > MAX_SLOTS) {
            throw new MailerConfigException("limits.slots", "is " + count + ", at most " + MAX_SLOTS + " are allowed");
        }
        this.slots = count;
        return this;
    }

    /**
     * Most calls of transports that keep their slot waiting and go on beside the slots, so that slow peers hold up nobody
     * else's mail: 0 to {@value #MAX_SLOW_CALLS}; default {@value #DEFAULT_SLOW_CALLS}, on JDK 24 and later {@value #MAX_SLOW_CALLS}. Only
     * for transports with many destinations, such as {@code mx:}. Each has a thread, a virtual one on JDK 24 and later, and its mails
     * together are at most {@link #bytesInFlight}, half of it those above 64 KiB.
     */
    public LimitOptions slowCalls(int count) {
        atLeast("limits.slowCalls", count, 0);
        if (count > MAX_SLOW_CALLS) {
            throw new MailerConfigException(
                    "limits.slowCalls", "is " + count + ", at most " + MAX_SLOW_CALLS + " are allowed");
        }
        this.slowCalls = count;
        return this;
    }

    /**
     * How long a node's claims outlive its last sign of life: 2 seconds to 1 hour; default 30 seconds. What a dead node held is
     * taken over after at most this and a quarter of it.
     */
    public LimitOptions lease(Duration time) {
        Durations.atLeast(MIN_LEASE, "2 seconds", "limits.lease", time);
        this.lease = Durations.atMost(MAX_LEASE, "1 hour is", "limits.lease", time);
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

    int slowCalls() {
        return slowCalls;
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
