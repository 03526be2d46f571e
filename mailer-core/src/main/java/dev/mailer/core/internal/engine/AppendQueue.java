// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.AppendResult;
import dev.mailer.api.spi.NewMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/** Mails that wait for a commit. Guarded by the intake's lock. */
final class AppendQueue {
    /** Most mails that are taken at once. */
    static final int MAX_MAILS = 512;

    private final ReentrantLock lock;
    private final int maxWaiting;
    private List<Append> appends = new ArrayList<>();
    private int waitingMails;

    /** @param maxWaiting mails beyond which more are refused */
    AppendQueue(ReentrantLock lock, int maxWaiting) {
        this.lock = lock;
        this.maxWaiting = maxWaiting;
    }

    /** Mails of one caller. */
    static final class Append {
        final List<NewMessage> messages;
        final CompletableFuture<List<AppendResult>> done = new CompletableFuture<>();

        Append(List<NewMessage> messages) {
            this.messages = messages;
        }
    }

    /** @throws MailerUnavailableException when too many wait already */
    void add(Append append) {
        assert lock.isHeldByCurrentThread();
        int mails = append.messages.size();
        if (waitingMails + mails > maxWaiting && waitingMails > 0) {
            throw new MailerUnavailableException(
                    waitingMails + " mails wait for their commit, the limit is " + maxWaiting + "; slow down",
                    Duration.ofSeconds(1),
                    null);
        }
        waitingMails += mails;
        appends.add(append);
    }

    boolean isEmpty() {
        return appends.isEmpty();
    }

    /** The first of them, as many as one commit takes. */
    List<Append> take() {
        assert lock.isHeldByCurrentThread();
        int mails = 0;
        int count = 0;
        while (count < appends.size()
                && (count == 0 || mails + appends.get(count).messages.size() <= MAX_MAILS)) {
            mails += appends.get(count).messages.size();
            count++;
        }
        List<Append> some;
        if (count == appends.size()) {
            some = appends;
            appends = new ArrayList<>();
        } else {
            some = new ArrayList<>(appends.subList(0, count));
            appends.subList(0, count).clear();
        }
        waitingMails -= mails;
        return some;
    }

    /** Who waits learns why; nothing is left. */
    void fail(MailerUnavailableException e) {
        assert lock.isHeldByCurrentThread();
        appends.forEach(a -> a.done.completeExceptionally(e));
        appends.clear();
    }
}
