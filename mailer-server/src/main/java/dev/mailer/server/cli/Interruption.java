// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets Ctrl-C and SIGTERM end a long command in order: it is asked to end, and the process lives on until it has, or a minute
 * and a half. Thread-safe.
 */
final class Interruption implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 90;

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean requested;
    private @Nullable Thread hook;

    /** One that the process' end requests. */
    static Interruption ofProcess() {
        Interruption interruption = new Interruption();
        Thread thread = new Thread(interruption::endProcess, "mailer-interrupted");
        interruption.hook = thread;
        Runtime.getRuntime().addShutdownHook(thread);
        return interruption;
    }

    boolean isRequested() {
        return requested;
    }

    void request() {
        requested = true;
    }

    /** Says that the command has ended. */
    @Override
    public void close() {
        ended.countDown();
        if (hook != null && !requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The process is ending, and the hook with it.
                request();
            }
        }
    }

    private void endProcess() {
        request();
        try {
            if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("the command did not end within " + PATIENCE_SECONDS + " s and is cut off");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
