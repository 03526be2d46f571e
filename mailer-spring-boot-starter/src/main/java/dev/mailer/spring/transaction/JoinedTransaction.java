// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import dev.mailer.api.Outbox;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * A transaction that mail has joined, bound to its thread until it ends or is suspended. First of all callbacks, so that those behind
 * it find it over.
 */
final class JoinedTransaction implements TransactionSynchronization, Ordered {
    private static final Logger log = LoggerFactory.getLogger(JoinedTransaction.class);

    private final Object key;
    private final Connection connection;
    private final Outbox outbox;
    private boolean over;

    /**
     * Joins.
     *
     * @param key what it is bound to the thread by
     */
    JoinedTransaction(Object key, Connection connection, Outbox outbox) {
        this.key = key;
        this.connection = connection;
        this.outbox = outbox;
    }

    Outbox outbox() {
        return outbox;
    }

    /** True from the commit on. */
    boolean isOver() {
        return over;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public void suspend() {
        TransactionSynchronizationManager.unbindResource(key);
    }

    @Override
    public void resume() {
        TransactionSynchronizationManager.bindResource(key, this);
    }

    /** What is committed stays so: an exception here would only hide that from the caller. */
    @Override
    public void afterCommit() {
        over = true;
        try {
            outbox.committed();
        } catch (RuntimeException e) {
            log.debug("the mailer was not woken; its search finds the mail", e);
        }
    }

    @Override
    public void afterCompletion(int status) {
        over = true;
        TransactionSynchronizationManager.unbindResourceIfPossible(key);
        close(connection);
    }

    /** Gives up the use of the bound connection; the transaction manager closes it. */
    static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            log.debug("the transaction's connection could not be released", e);
        }
    }
}
