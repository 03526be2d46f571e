// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

/** What a transport can carry, as data. Immutable; each method returns a changed copy of {@link #DEFAULT}. */
public final class TransportCapabilities {
    /** One recipient and one submission a call, MIME, no size limit, 16 calls at once. */
    public static final TransportCapabilities DEFAULT = new TransportCapabilities(1, 1, Long.MAX_VALUE, 16);

    private final int maxRecipients;
    private final int maxBatch;
    private final long maxSize;
    private final int concurrency;

    private TransportCapabilities(int maxRecipients, int maxBatch, long maxSize, int concurrency) {
        this.maxRecipients = maxRecipients;
        this.maxBatch = maxBatch;
        this.maxSize = maxSize;
        this.concurrency = concurrency;
    }

    /** Most recipients of one submission, at least 1. */
    public TransportCapabilities maxRecipients(int count) {
        return new TransportCapabilities(positive(count, "maxRecipients"), maxBatch, maxSize, concurrency);
    }

    /**
     * Most submissions of one call, at least 1. The engine hands over several small ones of one stream where more wait than it could
     * begin, and one where they are slow.
     */
    public TransportCapabilities maxBatch(int count) {
        return new TransportCapabilities(maxRecipients, positive(count, "maxBatch"), maxSize, concurrency);
    }

    /**
     * Largest message in bytes, as written with {@link WireCapabilities#FULL}, at least 1. A larger one fails without being
     * tried; a composite passes over those of its transports that it is too large for.
     */
    public TransportCapabilities maxSize(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("maxSize is " + bytes + ", at least 1 is needed");
        }
        return new TransportCapabilities(maxRecipients, maxBatch, bytes, concurrency);
    }

    /** Most calls at once that help, at least 1. */
    public TransportCapabilities concurrency(int calls) {
        return new TransportCapabilities(maxRecipients, maxBatch, maxSize, positive(calls, "concurrency"));
    }

    public int maxRecipients() {
        return maxRecipients;
    }

    public int maxBatch() {
        return maxBatch;
    }

    public long maxSize() {
        return maxSize;
    }

    public int concurrency() {
        return concurrency;
    }

    private static int positive(int n, String what) {
        if (n < 1) {
            throw new IllegalArgumentException(what + " is " + n + ", at least 1 is needed");
        }
        return n;
    }
}
