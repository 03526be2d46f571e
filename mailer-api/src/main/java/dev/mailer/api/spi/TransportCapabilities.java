// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

/** What a transport can carry, as data. Immutable; each method returns a changed copy of {@link #DEFAULT}. */
public final class TransportCapabilities {
    /** One recipient and one submission a call, MIME, no size limit, 16 calls at once. */
    public static final TransportCapabilities DEFAULT = new TransportCapabilities(1, 1, Long.MAX_VALUE, 16, false);

    private final int maxRecipients;
    private final int maxBatch;
    private final long maxSize;
    private final int concurrency;
    private final boolean idempotent;

    private TransportCapabilities(int maxRecipients, int maxBatch, long maxSize, int concurrency, boolean idempotent) {
        this.maxRecipients = maxRecipients;
        this.maxBatch = maxBatch;
        this.maxSize = maxSize;
        this.concurrency = concurrency;
        this.idempotent = idempotent;
    }

    /** Most recipients of one submission, at least 1. */
    public TransportCapabilities maxRecipients(int count) {
        return new TransportCapabilities(positive(count, "maxRecipients"), maxBatch, maxSize, concurrency, idempotent);
    }

    /** Most submissions of one call, at least 1. */
    public TransportCapabilities maxBatch(int count) {
        return new TransportCapabilities(maxRecipients, positive(count, "maxBatch"), maxSize, concurrency, idempotent);
    }

    /** Largest message in bytes, at least 1. */
    public TransportCapabilities maxSize(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("maxSize is " + bytes + ", at least 1 is needed");
        }
        return new TransportCapabilities(maxRecipients, maxBatch, bytes, concurrency, idempotent);
    }

    /** Most calls at once that help, at least 1. */
    public TransportCapabilities concurrency(int calls) {
        return new TransportCapabilities(maxRecipients, maxBatch, maxSize, positive(calls, "concurrency"), idempotent);
    }

    /** The provider drops a repetition with the same idempotency key, so an ambiguous attempt may simply be repeated. */
    public TransportCapabilities idempotent(boolean yes) {
        return new TransportCapabilities(maxRecipients, maxBatch, maxSize, concurrency, yes);
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

    public boolean idempotent() {
        return idempotent;
    }

    private static int positive(int n, String what) {
        if (n < 1) {
            throw new IllegalArgumentException(what + " is " + n + ", at least 1 is needed");
        }
        return n;
    }
}
