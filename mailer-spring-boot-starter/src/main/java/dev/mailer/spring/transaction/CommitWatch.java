// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Knows which transactions of a thread are under way on the DataSource, and which are committed already: in {@code afterCommit} callbacks
 * their connection is still bound, and what is written on it is lost. To be added to all transaction managers; those that do not bind a
 * connection of the DataSource are told apart by that. Thread-safe.
 */
public final class CommitWatch implements TransactionExecutionListener {
    private final DataSource source;
    private final ThreadLocal<Seen> seen = ThreadLocal.withInitial(Seen::new);

    CommitWatch(DataSource source) {
        this.source = source;
    }

    /**
     * True when mail must not be written on this connection: its transaction is committed, or it was bound within one of another
     * DataSource, whose commit does not reach it. False when it is well, or nothing is known of it.
     */
    boolean forbids(ConnectionHolder holder) {
        Seen mine = seen.get();
        return mine.over.contains(holder) || (!mine.underWay.contains(holder) && !mine.elsewhere.isEmpty());
    }

    @Override
    public void beforeBegin(TransactionExecution transaction) {
        seen.get().before = bound();
    }

    @Override
    public void afterBegin(TransactionExecution transaction, @Nullable Throwable failure) {
        Seen mine = seen.get();
        ConnectionHolder now = bound();
        if (failure == null && now != null && now != mine.before) {
            mine.begun.put(transaction, now);
            mine.underWay.add(now);
        } else if (failure == null) {
            mine.elsewhere.add(transaction);
        }
        mine.before = null;
    }

    @Override
    public void beforeCommit(TransactionExecution transaction) {
        ConnectionHolder holder = end(transaction);
        if (holder != null) {
            seen.get().over.add(holder);
        }
    }

    @Override
    public void beforeRollback(TransactionExecution transaction) {
        end(transaction);
    }

    private @Nullable ConnectionHolder end(TransactionExecution transaction) {
        Seen mine = seen.get();
        mine.elsewhere.remove(transaction);
        ConnectionHolder holder = mine.begun.remove(transaction);
        if (holder != null) {
            mine.underWay.remove(holder);
        }
        return holder;
    }

    private @Nullable ConnectionHolder bound() {
        return TransactionSynchronizationManager.getResource(source) instanceof ConnectionHolder holder ? holder : null;
    }

    /** Of one thread. What has no end that is told is garbage with its transaction. */
    private static final class Seen {
        private final Map<TransactionExecution, ConnectionHolder> begun = new WeakHashMap<>();
        private final Set<ConnectionHolder> underWay = Collections.newSetFromMap(new WeakHashMap<>());
        private final Set<ConnectionHolder> over = Collections.newSetFromMap(new WeakHashMap<>());
        private final Set<TransactionExecution> elsewhere = Collections.newSetFromMap(new WeakHashMap<>());
        private @Nullable ConnectionHolder before;
    }
}
