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
import java.util.function.ToLongFunction;

/**
 * Reads request bodies within two bounds: the size of one, and the sum of all that are in memory at a time, with what is made
 * of them. What exceeds the second is refused at once with a hint when to come back, before memory grows. Thread-safe.
 */
final class Bodies {
    private static final int CHUNK = 16 * 1024;
    private static final int UNIT = 1024;
    /** Who has not sent the whole body by then is not going to. */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final long maxSize;
    private final int allUnits;
    private final Semaphore units;

    /** @param maxTogether bytes of all bodies in memory at a time */
    Bodies(long maxSize, long maxTogether) {
        this.maxSize = maxSize;
        this.allUnits = (int) Math.min(Integer.MAX_VALUE, Math.max(maxSize, maxTogether) / UNIT + 1);
        this.units = new Semaphore(allUnits);
    }

    long maxSize() {
        return maxSize;
    }

    /** Reads the body and runs the work while it is accounted for. */
    <T> T with(Context ctx, Function<byte[], T> work) {
        return with(ctx, body -> 0, work);
    }

    /** As {@link #with(Context, Function)}, for a body of JSON: its tree is accounted for too. */
    <T> T withJson(Context ctx, Function<byte[], T> work) {
        return with(ctx, Json::treeSize, work);
    }

    private <T> T with(Context ctx, ToLongFunction<byte[]> more, Function<byte[], T> work) {
        String encoding = ctx.header("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw ApiException.of(415, "validation_error", "A compressed body is not accepted; send it as it is.");
        }
        long announced = ctx.req().getContentLengthLong();
        if (announced > maxSize) {
            throw tooLarge();
        }
        int permits = (int) ((announced < 0 ? maxSize : announced) / UNIT) + 1;
        acquire(permits);
        try {
            byte[] body = read(ctx, announced);
            // One that takes more than there is for all may still be the only one.
            int further = (int) Math.min(allUnits - permits, more.applyAsLong(body) / UNIT);
            acquire(further);
            permits += further;
            return work.apply(body);
        } finally {
            units.release(permits);
        }
    }

    private void acquire(int permits) {
        if (!units.tryAcquire(permits)) {
            throw ApiException.unavailable("Too many large requests are under way.", Duration.ofSeconds(1));
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
