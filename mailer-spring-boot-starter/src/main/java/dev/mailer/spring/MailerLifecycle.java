// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.core.MailerEngine;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Ends the start of a context when its mailers are open, and closes them when the context stops: after what may still send has ended, web
 * server, message listeners and task executors, and before any bean is destroyed, the DataSource above all. Each takes at most its close
 * timeout and some seconds, all at the same time. Those of a parent context are its own to close. Mailers begin to send when they are open;
 * one that is closed stays closed, so a pause of the context leaves them alone.
 */
final class MailerLifecycle implements SmartLifecycle {
    /** Below those of task executors and schedulers, which is half of the highest. */
    static final int PHASE = SmartLifecycle.DEFAULT_PHASE / 2 - 1024;

    private final ApplicationContext context;
    private volatile List<MailerEngine> open = List.of();
    private volatile boolean running;
    private volatile boolean stopped;

    MailerLifecycle(ApplicationContext context) {
        this.context = context;
    }

    @Override
    public void start() {
        if (stopped) {
            throw new IllegalStateException(
                    "the mailers were closed when this context was stopped, and cannot be started again; refresh a new context");
        }
        open = List.copyOf(
                context.getBeansOfType(MailerEngine.class, false, true).values());
        // waits until they are open, and throws when one is not
        open.forEach(MailerEngine::storeName);
        running = true;
    }

    @Override
    public void stop() {
        stopped = true;
        List<Thread> threads = new ArrayList<>();
        for (MailerEngine mailer : open) {
            Thread thread = new Thread(mailer::close, "mailer-close-" + threads.size());
            thread.start();
            threads.add(thread);
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
        }
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
