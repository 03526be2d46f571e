// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many connections a pool may have, or some together. Those that rest count as well, and give way: whoever has passed the turnstile and is
 * about to open one ends as many as are too many with it. Thread-safe.
 */
final class SharedLimit {
    private final Turnstile turnstile;
    private final List<ConnectionPool> pools = new CopyOnWriteArrayList<>();

    /** @param behind what is come through as well */
    SharedLimit(IntSupplier most, @Nullable SharedLimit behind) {
        this.turnstile = new Turnstile(most, behind == null ? null : behind.turnstile);
    }

    Turnstile turnstile() {
        return turnstile;
    }

    void add(ConnectionPool pool) {
        pools.add(pool);
    }

    void retain(Set<ConnectionPool> kept) {
        pools.retainAll(kept);
    }

    /** False when there are more connections than there may be by now. */
    boolean hasRoom() {
        return excess() <= 0;
    }

    /** Ends connections that rest, where one more would be too many. */
    void makeRoom() {
        List<SmtpConnection> ended = new ArrayList<>();
        SmtpConnection oldest = excess() > 0 ? takeOldest() : null;
        while (oldest != null) {
            ended.add(oldest);
            oldest = excess() > 0 ? takeOldest() : null;
        }
        SmtpConnection.quit(ended);
    }

    /** Connections that a mail went over or could go over, not those that are being opened. */
    long established() {
        return pools.stream().mapToLong(pool -> pool.lent() + pool.idle()).sum();
    }

    /** Connections that are established or being opened. */
    long open() {
        return pools.stream().mapToLong(ConnectionPool::open).sum();
    }

    private @Nullable SmtpConnection takeOldest() {
        return pools.stream()
                .max(Comparator.comparingLong(ConnectionPool::idle))
                .map(ConnectionPool::retireOldest)
                .orElse(null);
    }

    private long excess() {
        return open() - turnstile.most();
    }
}
