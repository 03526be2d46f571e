// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.Outbox;
import dev.mailer.core.MailerEngine;
import dev.mailer.spring.transaction.CommitWatch.Watched;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Finds the transaction of the calling thread on one DataSource. Joined is one that is under way: with synchronization, a connection
 * bound to the DataSource, and that connection neither in auto-commit mode nor bound within a transaction of another DataSource. In the
 * callbacks behind a commit the connection is still bound and nothing would commit it any more, so there mail has a transaction of its own.
 */
final class CurrentTransaction {
    private final MailerEngine mailer;
    private final DataSource source;
    /** Gives the bound connection, with the rest of the transaction's timeout on each statement. */
    private final TransactionAwareDataSourceProxy connections;

    private final CommitWatch commitWatch;
    private final Outbox committed;

    CurrentTransaction(MailerEngine mailer, DataSource source) {
        this.mailer = mailer;
        this.source = source;
        this.connections = new TransactionAwareDataSourceProxy(source);
        this.commitWatch = new CommitWatch(source);
        this.committed = new CommittedConnection(mailer, source);
    }

    CommitWatch commitWatch() {
        return commitWatch;
    }

    /** Where mail goes within the current transaction, or behind its commit; null when there is none that matters. */
    @Nullable
    Outbox outbox() {
        if (!(TransactionSynchronizationManager.getResource(source) instanceof ConnectionHolder holder)) {
            return null;
        }
        Watched watched = commitWatch.find(holder);
        if (watched != null && watched.isOver()) {
            return watched.isCommitted() && !watched.isReadOnly() ? committed : null;
        }
        return TransactionSynchronizationManager.isSynchronizationActive()
                        && TransactionSynchronizationManager.isActualTransactionActive()
                ? joined(holder, watched)
                : null;
    }

    private @Nullable Outbox joined(ConnectionHolder holder, @Nullable Watched watched) {
        JoinedTransaction joined = (JoinedTransaction) TransactionSynchronizationManager.getResource(this);
        if (joined == null ? commitWatch.forbids(holder) : joined.isOver()) {
            return null;
        }
        if (joined == null) {
            joined = begin(watched);
            if (joined == null) {
                return null;
            }
        }
        if (holder.hasTimeout()) {
            holder.getTimeToLiveInMillis();
        }
        return joined.outbox();
    }

    private @Nullable JoinedTransaction begin(@Nullable Watched watched) {
        Connection connection;
        try {
            connection = connections.getConnection();
            if (connection.getAutoCommit()) {
                connection.close();
                return null;
            }
        } catch (SQLException e) {
            throw new MailerUnavailableException(
                    "the connection of the current transaction cannot be used: " + e.getMessage(), Duration.ZERO, e);
        }
        boolean readOnly = watched == null
                ? TransactionSynchronizationManager.isCurrentTransactionReadOnly()
                : watched.isReadOnly();
        if (readOnly) {
            JoinedTransaction.close(connection);
            throw new IllegalTransactionStateException("mail cannot be accepted in the read-only transaction '"
                    + (watched == null ? TransactionSynchronizationManager.getCurrentTransactionName() : watched.name())
                    + "'; take readOnly off it, or send in a transaction of its own (REQUIRES_NEW)");
        }
        JoinedTransaction joined = new JoinedTransaction(this, connection, mailer.in(connection));
        TransactionSynchronizationManager.bindResource(this, joined);
        TransactionSynchronizationManager.registerSynchronization(joined);
        return joined;
    }
}
