// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * Reads request bodies within two bounds: the size of one, and the sum of all that are in memory at a time, with what is made
 * of them. What exceeds the second is refused at once with a hint when to come back, before memory grows. Thread-safe.
 */
final class Bodies {
    private static final int UNIT = 1024;
    /** How long the rest of a body that was refused is listened to. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final long maxSize;
    private final int allUnits;
    private final Semaphore units;
    private final Json json;

    /** @param maxTogether bytes of all bodies in memory at a time */
    Bodies(long maxSize, long maxTogether) {
        this.maxSize = maxSize;
        this.allUnits = (int) Math.min(Integer.MAX_VALUE, Math.max(maxSize, maxTogether) / UNIT + 1);
        this.units = new Semaphore(allUnits);
        this.json = new Json(maxSize);
    }

    /** True for a request that has no body (RFC 9112 §6.3). */
    static boolean isNone(Context ctx) {
        return ctx.req().getContentLengthLong() <= 0 && ctx.header("Transfer-Encoding") == null;
    }

    /** Reads the body and runs the work while it is accounted for. */
    <T> T with(Context ctx, Function<byte[], T> work) {
        return within(ctx, maxSize, body -> {
            try (body) {
                return work.apply(body.readAllBytes());
            } catch (IOException e) {
                throw Json.endedEarly();
            }
        });
    }

    /** As {@link #with}, for a body of JSON, which becomes a tree as it comes. */
    <T> T withJson(Context ctx, Function<JsonNode, T> work) {
        return within(ctx, maxSize * BoundedBody.LIST_TO_BASE64, body -> work.apply(json.read(body)));
    }

    /** @param longest octets that a body within the bound can have */
    private <T> T within(Context ctx, long longest, Function<BoundedBody, T> work) {
        String encoding = ctx.header("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw ApiException.of(415, "validation_error", "A compressed body is not accepted; send it as it is.");
        }
        long announced = ctx.req().getContentLengthLong();
        try {
            if (announced > longest) {
                throw BoundedBody.tooLarge(maxSize);
            }
            try (Share share = new Share()) {
                share.grow(announced < 0 ? unannounced(ctx) : Math.min(announced, maxSize));
                return work.apply(new BoundedBody(ctx.req().getInputStream(), maxSize, share::grow));
            }
        } catch (IOException e) {
            throw Json.endedEarly();
        } catch (ApiException e) {
            hearOut(ctx);
            throw e;
        }
    }

    /**
     * Many clients read no answer before they have written all they have, and find the connection reset when it is closed on what
     * was not read (RFC 9112 §9.6). One that waits to be asked for its body is not asked.
     */
    private static void hearOut(Context ctx) {
        if (ctx.header("Expect") != null) {
            return;
        }
        byte[] discarded = new byte[16 * UNIT];
        long start = System.nanoTime();
        try {
            InputStream rest = ctx.req().getInputStream();
            while (rest.read(discarded) >= 0 && System.nanoTime() - start < PATIENCE.toNanos()) {
                // nobody wants it
            }
        } catch (IOException e) {
            // it is gone, and needs no answer
        }
    }

    /** A request of HTTP/1.1 that tells no length has a body only in chunks (RFC 9112 §6.3). */
    private long unannounced(Context ctx) {
        boolean none = ctx.protocol().startsWith("HTTP/1") && ctx.header("Transfer-Encoding") == null;
        return none ? 0 : maxSize;
    }

    /** What one body has of the memory for all. For one thread. */
    private final class Share implements AutoCloseable {
        private long bytes;
        private int permits;

        /** One that takes more than there is for all may still be the only one. */
        void grow(long more) {
            bytes += more;
            int wanted = (int) Math.min(allUnits, bytes / UNIT + 1);
            if (!units.tryAcquire(wanted - permits)) {
                throw ApiException.unavailable("Too many large requests are under way.", Duration.ofSeconds(1));
            }
            permits = wanted;
        }

        @Override
        public void close() {
            units.release(permits);
        }
    }
}
