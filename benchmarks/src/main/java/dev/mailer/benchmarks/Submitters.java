// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.Email;
import dev.mailer.api.Mailer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Threads that each send one mail after the other. */
final class Submitters {
    static final int THREADS = 32;

    private Submitters() {}

    /** Sends this many mails over all threads; returns the nanoseconds that each {@code send} took. */
    static long[] send(Mailer mailer, int mails, Supplier<Email> email) {
        long[] took = new long[mails];
        AtomicInteger next = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CompletableFuture.allOf(IntStream.range(0, THREADS)
                            .mapToObj(t -> CompletableFuture.runAsync(
                                    () -> {
                                        for (int i = next.getAndIncrement(); i < mails; i = next.getAndIncrement()) {
                                            Email e = email.get();
                                            long start = System.nanoTime();
                                            mailer.send(e);
                                            took[i] = System.nanoTime() - start;
                                        }
                                    },
                                    threads))
                            .toArray(CompletableFuture[]::new))
                    .join();
        } finally {
            threads.shutdown();
        }
        return took;
    }
}
