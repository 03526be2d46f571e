// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import dev.mailer.api.Email;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.Outbox;
import dev.mailer.core.MailerEngine;
import dev.mailer.spring.transaction.CommitWatch.Watched;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Finds the transaction of the calling thread on one DataSource. Joined is one that is under way: with synchronization, and a connection
 * that a transaction manager has bound and that is not in auto-commit mode. In the callbacks behind a commit the connection is still
 * bound and nothing would commit it any more, so there mail has a transaction of its own.
 */
final class CurrentTransaction {
    private final MailerEngine mailer;
    private final DataSource source;
    private final CommitWatch commitWatch;

    CurrentTransaction(MailerEngine mailer, DataSource source) {
        this.mailer = mailer;
        this.source = source;
        this.commitWatch = new CommitWatch(source);
    }

    CommitWatch commitWatch() {
        return commitWatch;
    }

    /**
     * Where these mails go within the current transaction, or behind its commit; null when there is none that matters.
     *
     * @throws IllegalTransactionStateException it is read-only, or they would wait for a transaction that waits for them
     */
    @Nullable
    Outbox outbox(List<Email> emails) {
        Outbox outbox = outbox();
        OpenTransactions open = OpenTransactions.find(this);
        if (open != null) {
            open.requireFree(emails, outbox);
        }
        return outbox;
    }

    private @Nullable Outbox outbox() {
        BoundConnection bound = BoundConnection.on(source);
        if (bound == null) {
            return null;
        }
        Watched watched = commitWatch.find(bound.holder());
        if (watched != null && watched.isOver()) {
            return watched.isCommitted() && !watched.isReadOnly()
                    ? new CommittedConnection(mailer, bound.source())
                    : null;
        }
        return TransactionSynchronizationManager.isSynchronizationActive()
                        && TransactionSynchronizationManager.isActualTransactionActive()
                ? joined(bound, watched)
                : null;
    }

    private @Nullable Outbox joined(BoundConnection bound, @Nullable Watched watched) {
        ConnectionHolder holder = bound.holder();
        OpenTransactions open = OpenTransactions.find(this);
        JoinedTransaction joined = open == null ? null : open.on(holder);
        if (joined == null) {
            joined = begin(bound, watched);
        }
        if (joined == null || joined.isOver()) {
            return null;
        }
        if (holder.hasTimeout()) {
            holder.getTimeToLiveInMillis();
        }
        return joined;
    }

    private @Nullable JoinedTransaction begin(BoundConnection bound, @Nullable Watched watched) {
        Connection connection;
        try {
            // the bound one, with the rest of the transaction's timeout on each statement
            connection = new TransactionAwareDataSourceProxy(bound.source()).getConnection();
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
        OpenTransactions open = OpenTransactions.of(this);
        JoinedTransaction joined = new JoinedTransaction(open, bound.holder(), connection, mailer.in(connection));
        open.add(joined);
        TransactionSynchronizationManager.registerSynchronization(joined);
        return joined;
    }
}
