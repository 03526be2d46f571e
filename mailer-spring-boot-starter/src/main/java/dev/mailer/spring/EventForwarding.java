// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.MailEvent;
import dev.mailer.api.spi.MailListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Publishes the events of mails in the application context, for {@code @EventListener} methods with a {@link MailEvent}. They are called
 * on the mailer's thread. What comes before the context has its listeners is kept for it, up to a bound.
 */
final class EventForwarding implements MailListener, SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(EventForwarding.class);
    private static final int MAX_EARLY = 1_000;

    private final ApplicationContext context;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final List<MailEvent> early = new ArrayList<>();

    @GuardedBy("lock")
    private int dropped;

    private volatile boolean running;

    EventForwarding(ApplicationContext context) {
        this.context = context;
    }

    @Override
    public void onEvent(MailEvent event) {
        if (running || !keep(event)) {
            context.publishEvent(event);
        }
    }

    /** False when the context has come up meanwhile. */
    private boolean keep(MailEvent event) {
        lock.lock();
        try {
            if (running) {
                return false;
            }
            if (early.size() < MAX_EARLY) {
                early.add(event);
            } else {
                dropped++;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void start() {
        lock.lock();
        try {
            early.forEach(this::publishKept);
            if (dropped > 0) {
                log.warn("{} events of mails came before the context was up and were not published", dropped);
            }
            early.clear();
            dropped = 0;
            running = true;
        } finally {
            lock.unlock();
        }
    }

    /** A listener that throws must not end the start of the application. */
    private void publishKept(MailEvent event) {
        try {
            context.publishEvent(event);
        } catch (RuntimeException e) {
            log.warn("a listener of mail events failed: {}", e.getClass().getName());
            log.debug("it said", e);
        }
    }

    /** Goes on: the mailers have events until they are closed. */
    @Override
    public void stop() {}

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
        return MailerLifecycle.PHASE;
    }
}
