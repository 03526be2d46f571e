// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mailer.api.Failure;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps sessions open between mails. Whoever is past the turnstile has one open connection lent out; what rests is on a stack, so
 * that few connections stay warm and the others grow old and are closed by their idle alarm.
 *
 * <p>The lock guards the two collections only; no I/O happens under it. Thread-safe.
 */
final class ConnectionPool {
    /** Why a mail found no connection: all are in use. */
    static final String EXHAUSTED = "pool-exhausted";

    private final Watchdog watchdog;
    private final PoolLimits limits;
    private final Turnstile turnstile;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Deque<SmtpSession> idle = new ArrayDeque<>();

    @GuardedBy("lock")
    private final Set<SmtpSession> lent = new HashSet<>();

    /** Of those past the turnstile, what each has or is about to have. */
    @GuardedBy("lock")
    private int out;

    @GuardedBy("lock")
    private boolean closed;

    /** @param turnstile may be that of other pools, too, which then share a limit */
    ConnectionPool(Watchdog watchdog, PoolLimits limits, Turnstile turnstile) {
        this.watchdog = watchdog;
        this.limits = limits;
        this.turnstile = turnstile;
    }

    /** Lends the session that rested last, or a new one from this source; waits for one while all are lent out. */
    SmtpSession take(SessionSource source, long budget) throws SessionException {
        acquire(budget);
        boolean taken = false;
        try {
            SmtpSession session = first();
            while (session != null && !isReady(session, source, budget)) {
                session = pop();
            }
            session = session == null ? open(source, budget) : lend(session);
            taken = true;
            return session;
        } finally {
            if (!taken) {
                leave();
            }
        }
    }

    /** A new session in place of a lent one that turned out to be closed. */
    SmtpSession replace(SmtpSession stale, SessionSource source, long budget) throws SessionException {
        forget(stale);
        boolean replaced = false;
        try {
            SmtpSession session = open(source, budget);
            replaced = true;
            return session;
        } finally {
            if (!replaced) {
                leave();
            }
        }
    }

    /** Takes a session back, and keeps it when it is in order and not worn out. */
    void giveBack(SmtpSession session, SessionSource source, boolean usable) {
        boolean rests = false;
        boolean settled = false;
        try {
            boolean keep = usable && !session.isWornOut() && source.isCurrent(session);
            if (keep) {
                session.connection().idle(limits.idle());
            }
            rests = rest(session, keep);
            if (!rests) {
                end(session, usable);
            }
            settled = true;
        } finally {
            if (!settled) {
                forget(session);
            }
            if (rests) {
                turnstile.leave();
            } else {
                leave();
            }
        }
    }

    /** Connections that are lent out, or opened to be. */
    int active() {
        return turnstile.inside();
    }

    /** As {@link #active}, of this pool alone. */
    int lent() {
        lock.lock();
        try {
            return lent.size();
        } finally {
            lock.unlock();
        }
    }

    /** Connections that rest and are open, as far as is known without asking. */
    long idle() {
        lock.lock();
        try {
            return idle.stream().filter(s -> !s.connection().isClosed()).count();
        } finally {
            lock.unlock();
        }
    }

    /** All connections at this moment, each counted once: that are lent out, are about to be, or rest. */
    long open() {
        lock.lock();
        try {
            return out + idle.stream().filter(s -> !s.connection().isClosed()).count();
        } finally {
            lock.unlock();
        }
    }

    /** Takes out the open session that has rested longest, for whoever says goodbye to it; null when none rests. */
    @Nullable
    SmtpConnection retireOldest() {
        SmtpSession oldest = pollOldest();
        while (oldest != null && !oldest.connection().wake(Watchdog.NEVER)) {
            oldest = pollOldest();
        }
        return oldest == null ? null : oldest.connection();
    }

    private @Nullable SmtpSession pollOldest() {
        lock.lock();
        try {
            return idle.pollLast();
        } finally {
            lock.unlock();
        }
    }

    /** Most connections at once. */
    int most() {
        return turnstile.most();
    }

    /** True when nothing is lent out or about to be, and nothing rests. */
    boolean isUnused() {
        lock.lock();
        try {
            return out == 0 && idle.stream().allMatch(s -> s.connection().isClosed());
        } finally {
            lock.unlock();
        }
    }

    /** True when what fails now may have failed because we end. */
    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Says goodbye to what rests and cuts off what is lent out. */
    void close() {
        SmtpConnection.quit(end());
    }

    /** Lends nothing more and cuts off what is lent out; what rested, for whoever says goodbye. */
    List<SmtpConnection> end() {
        List<SmtpSession> resting;
        List<SmtpSession> working;
        lock.lock();
        try {
            closed = true;
            resting = new ArrayList<>(idle);
            working = new ArrayList<>(lent);
            idle.clear();
        } finally {
            lock.unlock();
        }
        working.forEach(session -> session.connection().abort());
        return resting.stream()
                .map(SmtpSession::connection)
                .filter(connection -> connection.wake(Watchdog.NEVER))
                .toList();
    }

    /** One that has grown too old, or was opened with a certificate that is exchanged since, says goodbye. */
    private boolean isReady(SmtpSession session, SessionSource source, long budget) {
        if (!session.isWornOut() && source.isCurrent(session)) {
            return session.connection().wake(budget);
        }
        end(session, true);
        return false;
    }

    private void acquire(long budget) throws SessionException {
        try {
            long patience = Math.min(budget - watchdog.now(), limits.patience().toNanos());
            if (turnstile.enter(Math.max(0, patience))) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("interrupted", "interrupted while waiting for a connection", e);
        }
        throw unavailable(EXHAUSTED, "all " + turnstile.most() + " connections are in use", null);
    }

    private SmtpSession open(SessionSource source, long budget) throws SessionException {
        requireOpen();
        SmtpSession session = source.open(budget);
        return lend(session);
    }

    private void requireOpen() throws SessionException {
        lock.lock();
        try {
            if (closed) {
                throw unavailable("closed", "the transport is closed", null);
            }
        } finally {
            lock.unlock();
        }
    }

    private SmtpSession lend(SmtpSession session) throws SessionException {
        lock.lock();
        try {
            if (!closed) {
                lent.add(session);
                return session;
            }
        } finally {
            lock.unlock();
        }
        session.connection().abort();
        throw unavailable("closed", "the transport is closed", null);
    }

    /** Who is past the turnstile goes without having a connection. */
    private void leave() {
        lock.lock();
        try {
            out--;
        } finally {
            lock.unlock();
        }
        turnstile.leave();
    }

    /** Ends the loan; true when the session rests from now on, and counts as such. */
    private boolean rest(SmtpSession session, boolean keep) {
        lock.lock();
        try {
            lent.remove(session);
            if (keep && !closed) {
                session.rest();
                idle.push(session);
                out--;
                return true;
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable SmtpSession first() {
        lock.lock();
        try {
            out++;
            return idle.poll();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable SmtpSession pop() {
        lock.lock();
        try {
            return idle.poll();
        } finally {
            lock.unlock();
        }
    }

    private void forget(SmtpSession session) {
        lock.lock();
        try {
            lent.remove(session);
        } finally {
            lock.unlock();
        }
        session.connection().abort();
    }

    private static void end(SmtpSession session, boolean politely) {
        if (politely && session.connection().wake(Watchdog.NEVER)) {
            session.connection().quit();
        } else {
            session.connection().abort();
        }
    }

    private static SessionException unavailable(String reason, String text, @Nullable Throwable cause) {
        Failure failure =
                Failure.builder(reason, Phase.CONNECT).text(text).retryable().build();
        return new SessionException(Phase.CONNECT, Outcome.deferred(Outcome.Scope.TRANSPORT, failure, null), cause);
    }
}
