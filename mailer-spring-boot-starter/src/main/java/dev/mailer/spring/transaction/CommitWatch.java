// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import java.util.Map;
import java.util.WeakHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Knows which transactions of a thread are under way on the DataSource, and which are over: in callbacks behind the commit their connection
 * is still bound, and what is written on it is lost. To be added to all transaction managers; those that do not bind a connection of
 * the DataSource are told apart by that. Thread-safe.
 */
public final class CommitWatch implements TransactionExecutionListener {
    private final DataSource source;

    CommitWatch(DataSource source) {
        this.source = source;
    }

    /** True when a transaction manager that works on this DataSource binds what mail joins. */
    boolean isOn(DataSource other) {
        return BoundConnection.pool(other) == BoundConnection.pool(source);
    }

    /** What is known of the transaction that has bound this connection; null when that is nothing. */
    @Nullable
    Watched find(ConnectionHolder holder) {
        Seen mine = mine();
        return mine == null
                ? null
                : mine.begun.values().stream()
                        .filter(watched -> watched.holder == holder)
                        .findFirst()
                        .orElse(null);
    }

    @Override
    public void beforeBegin(TransactionExecution transaction) {
        Seen mine = mine();
        if (mine == null) {
            mine = new Seen();
            TransactionSynchronizationManager.bindResource(this, mine);
        }
        mine.before = bound();
    }

    @Override
    public void afterBegin(TransactionExecution transaction, @Nullable Throwable failure) {
        Seen mine = mine();
        if (mine == null) {
            return;
        }
        ConnectionHolder now = bound();
        if (failure == null && now != null && now != mine.before && !mine.begun.containsKey(transaction)) {
            mine.begun.put(transaction, new Watched(now, transaction.isReadOnly(), transaction.getTransactionName()));
        }
        forgetIfNothingIsLeft(mine);
    }

    /** The last of what can still fail comes now, so that it has succeeded is told by the callback. */
    @Override
    public void beforeCommit(TransactionExecution transaction) {
        Watched watched = end(transaction);
        if (watched != null && TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(watched);
        }
    }

    @Override
    public void beforeRollback(TransactionExecution transaction) {
        end(transaction);
    }

    @Override
    public void afterCommit(TransactionExecution transaction, @Nullable Throwable failure) {
        forget(transaction);
    }

    @Override
    public void afterRollback(TransactionExecution transaction, @Nullable Throwable failure) {
        forget(transaction);
    }

    private @Nullable Watched end(TransactionExecution transaction) {
        Seen mine = mine();
        Watched watched = mine == null ? null : mine.begun.get(transaction);
        if (watched != null) {
            watched.over = true;
        }
        return watched;
    }

    /** Behind all callbacks; the connection is unbound next. */
    private void forget(TransactionExecution transaction) {
        Seen mine = mine();
        if (mine != null) {
            mine.begun.remove(transaction);
            forgetIfNothingIsLeft(mine);
        }
    }

    private void forgetIfNothingIsLeft(Seen mine) {
        if (mine.begun.isEmpty()) {
            TransactionSynchronizationManager.unbindResourceIfPossible(this);
        }
    }

    /** What this thread has seen; null when nothing is left of it. */
    private @Nullable Seen mine() {
        return (Seen) TransactionSynchronizationManager.getResource(this);
    }

    private @Nullable ConnectionHolder bound() {
        BoundConnection bound = BoundConnection.on(source);
        return bound == null ? null : bound.holder();
    }

    /** Of one thread. What has no end that is told is garbage with its transaction. */
    private static final class Seen {
        private final Map<TransactionExecution, Watched> begun = new WeakHashMap<>();
        private @Nullable ConnectionHolder before;
    }

    /** A transaction on the DataSource. */
    static final class Watched implements TransactionSynchronization, Ordered {
        private final ConnectionHolder holder;
        private final boolean readOnly;
        private final String name;
        private boolean over;
        private boolean committed;

        private Watched(ConnectionHolder holder, boolean readOnly, String name) {
            this.holder = holder;
            this.readOnly = readOnly;
            this.name = name;
        }

        boolean isReadOnly() {
            return readOnly;
        }

        String name() {
            return name;
        }

        /** True from the attempt to commit or to roll back. */
        boolean isOver() {
            return over;
        }

        /** True when the commit has succeeded. */
        boolean isCommitted() {
            return committed;
        }

        @Override
        public int getOrder() {
            return HIGHEST_PRECEDENCE;
        }

        @Override
        public void afterCommit() {
            committed = true;
        }
    }
}
