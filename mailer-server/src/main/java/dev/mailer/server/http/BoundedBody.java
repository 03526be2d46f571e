// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * A request's body within bounds: its size, the time it takes to come, and what is made of it. JSON has two forms for bytes,
 * and the longer one, a list of numbers, counts here as the shorter one, base64, would. For one thread.
 */
final class BoundedBody extends InputStream {
    /** How much longer a list of bytes can be than its base64: three digits and a comma against four thirds. */
    static final int LIST_TO_BASE64 = 3;

    /** Who has not sent the whole body by then is not going to. */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final InputStream in;
    private final long maxSize;
    private final LongConsumer made;
    private final long start = System.nanoTime();
    private long read;
    private long listed;
    private long octets;

    /** @param made is told how many bytes of memory a part of the body takes beside its texts; may refuse by throwing */
    BoundedBody(InputStream in, long maxSize, LongConsumer made) {
        this.in = in;
        this.maxSize = maxSize;
        this.made = made;
    }

    /** A value was read that takes so much memory beside its text. */
    void made(long bytes) {
        made.accept(bytes);
    }

    /** A number of a list of bytes was read. */
    void octet(int value) {
        listed += value < 10 ? 2 : value < 100 ? 3 : 4;
        octets++;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int n = in.read(target, offset, length);
        read += Math.max(n, 0);
        if (read - listed + octets * 4 / 3 > maxSize) {
            throw tooLarge(maxSize);
        }
        if (System.nanoTime() - start > LONGEST.toNanos()) {
            throw ApiException.of(408, "validation_error", "The body did not come within two minutes.");
        }
        return n;
    }

    /** Does nothing: what is left of the body is the server's to end. */
    @Override
    public void close() {}

    static ApiException tooLarge(long maxSize) {
        return ApiException.of(
                413, "validation_error", "The body is larger than " + maxSize + " bytes, the limit of this server.");
    }
}
