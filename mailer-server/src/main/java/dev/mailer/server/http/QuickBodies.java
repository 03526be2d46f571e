// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Reads short bodies of anybody's requests, which keep no thread while they come; what all of them keep in memory is bounded, and so is the time
 * that one may take. Thread-safe.
 */
final class QuickBodies {
    /** Most octets of one: forms are shorter. */
    static final int LONGEST = 16 * 1024;

    /** Bodies at a time. */
    static final int TOGETHER = 2_000;

    private static final long SECONDS = 30;

    private final Semaphore places = new Semaphore(TOGETHER);

    /**
     * Hands on the body when it is there, or why it does not come.
     *
     * @return false, and nothing is done, when too many are being read
     */
    boolean read(Request request, Consumer<byte[]> body, Consumer<Throwable> trouble) {
        if (!places.tryAcquire()) {
            return false;
        }
        Scheduler.Task late = request.getConnectionMetaData()
                .getConnector()
                .getScheduler()
                .schedule(
                        () -> request.fail(new TimeoutException("the body took more than " + SECONDS + " s")),
                        SECONDS,
                        TimeUnit.SECONDS);
        Content.Source.asByteArrayAsync(
                request,
                LONGEST,
                Promise.Invocable.from(
                        InvocationType.NON_BLOCKING,
                        read -> {
                            end(late);
                            body.accept(read);
                        },
                        e -> {
                            end(late);
                            trouble.accept(e);
                        }));
        return true;
    }

    private void end(Scheduler.Task late) {
        late.cancel();
        places.release();
    }
}
