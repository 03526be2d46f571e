// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * Reads request bodies within two bounds: the size of one, and the sum of all that are in memory at a time. What exceeds the
 * second is refused at once with a hint when to come back, before memory grows. Thread-safe.
 */
final class Bodies {
    private static final int CHUNK = 16 * 1024;
    private static final int UNIT = 1024;
    /** Who has not sent the whole body by then is not going to. */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final long maxSize;
    private final Semaphore units;

    /** @param maxTogether bytes of all bodies in memory at a time */
    Bodies(long maxSize, long maxTogether) {
        this.maxSize = maxSize;
        this.units = new Semaphore((int) Math.min(Integer.MAX_VALUE, Math.max(maxSize, maxTogether) / UNIT + 1));
    }

    long maxSize() {
        return maxSize;
    }

    /** Reads the body and runs the work while it is accounted for. */
    <T> T with(Context ctx, Function<byte[], T> work) {
        String encoding = ctx.header("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw ApiException.of(415, "validation_error", "A compressed body is not accepted; send it as it is.");
        }
        long announced = ctx.req().getContentLengthLong();
        if (announced > maxSize) {
            throw tooLarge();
        }
        int permits = (int) ((announced < 0 ? maxSize : announced) / UNIT) + 1;
        if (!units.tryAcquire(permits)) {
            throw ApiException.unavailable("Too many large requests are under way.", Duration.ofSeconds(1));
        }
        try {
            return work.apply(read(ctx, announced));
        } finally {
            units.release(permits);
        }
    }

    private byte[] read(Context ctx, long announced) {
        try (InputStream in = ctx.req().getInputStream()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream((int) Math.max(announced, CHUNK));
            byte[] chunk = new byte[CHUNK];
            long start = System.nanoTime();
            int n;
            while ((n = in.read(chunk)) >= 0) {
                if (out.size() + n > maxSize) {
                    throw tooLarge();
                }
                if (System.nanoTime() - start > LONGEST.toNanos()) {
                    throw ApiException.of(408, "validation_error", "The body did not come within two minutes.");
                }
                out.write(chunk, 0, n);
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("the request ended early", e);
        }
    }

    private ApiException tooLarge() {
        return ApiException.of(
                413, "validation_error", "The body is larger than " + maxSize + " bytes, the limit of this server.");
    }
}
