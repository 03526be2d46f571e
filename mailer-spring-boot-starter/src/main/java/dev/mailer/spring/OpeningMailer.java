// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.core.ForwardingMailer;
import dev.mailer.core.MailerEngine;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A mailer that a thread of its own opens while the application context goes on with its start: connecting and migrating take longer than
 * all else. Whoever calls it waits until it is open, the start of the context at the latest in {@link MailerLifecycle}. Thread-safe.
 *
 * <p>Not final, so that an aspect of the host's can stand around it.
 */
class OpeningMailer extends ForwardingMailer {
    private final FutureTask<MailerEngine> opening;

    OpeningMailer(FutureTask<MailerEngine> opening) {
        this.opening = opening;
    }

    /** Begins to open one; that it cannot be opened is thrown by the calls. */
    static OpeningMailer begin(String name, Callable<MailerEngine> open) {
        FutureTask<MailerEngine> opening = new FutureTask<>(open);
        Thread thread = new Thread(opening, "mailer-open-" + name);
        thread.setDaemon(true);
        thread.start();
        return new OpeningMailer(opening);
    }

    @Override
    protected MailerEngine engine() {
        try {
            return opening.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MailerUnavailableException(
                    "the thread was interrupted while it waited for the mailer to open", Duration.ZERO, e);
        }
    }

    /** Waits for what is being opened, so that nothing is left open; one that could not be opened is closed already. */
    @Override
    public void close() {
        boolean interrupted = false;
        while (true) {
            try {
                opening.get().close();
                break;
            } catch (ExecutionException e) {
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
