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
 * Knows which transactions of a thread are committed already: in {@code afterCommit} callbacks their connection is still bound, and what
 * is written on it is lost. To be added to all transaction managers; those that do not bind a connection of the DataSource are told
 * apart by that. Thread-safe.
 */
public final class CommitWatch implements TransactionExecutionListener {
    private final DataSource source;
    private final ThreadLocal<Seen> seen = ThreadLocal.withInitial(Seen::new);

    CommitWatch(DataSource source) {
        this.source = source;
    }

    boolean isOver(ConnectionHolder holder) {
        return seen.get().over.contains(holder);
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
        }
        mine.before = null;
    }

    @Override
    public void beforeCommit(TransactionExecution transaction) {
        Seen mine = seen.get();
        ConnectionHolder holder = mine.begun.remove(transaction);
        if (holder != null) {
            mine.over.add(holder);
        }
    }

    private @Nullable ConnectionHolder bound() {
        return TransactionSynchronizationManager.getResource(source) instanceof ConnectionHolder holder ? holder : null;
    }

    /** Of one thread. What has no end that is told, by a rollback for one, is garbage with its transaction. */
    private static final class Seen {
        private final Map<TransactionExecution, ConnectionHolder> begun = new WeakHashMap<>();
        private final Set<ConnectionHolder> over = Collections.newSetFromMap(new WeakHashMap<>());
        private @Nullable ConnectionHolder before;
    }
}
