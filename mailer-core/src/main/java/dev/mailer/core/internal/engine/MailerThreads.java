// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the mailer's threads: daemons with a name and a number, so that a mailer that is never closed does not hold the JVM. */
public final class MailerThreads implements ThreadFactory {
    private final AtomicInteger count = new AtomicInteger();

    @Override
    public Thread newThread(Runnable work) {
        Thread thread = new Thread(work, "mailer-" + count.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }
}
