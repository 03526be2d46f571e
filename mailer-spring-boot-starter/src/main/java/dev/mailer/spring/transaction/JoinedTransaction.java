// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import dev.mailer.api.Email;
import dev.mailer.api.Outbox;
import dev.mailer.api.SendResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronization;

/** A transaction that mail has joined, until it ends. First of all callbacks, so that those behind it find it over. */
final class JoinedTransaction implements Outbox, TransactionSynchronization, Ordered {
    private static final Logger log = LoggerFactory.getLogger(JoinedTransaction.class);

    private final OpenTransactions open;
    private final ConnectionHolder holder;
    private final Connection connection;
    private final Outbox outbox;
    private final List<Key> keys = new ArrayList<>();
    /** By savepoint, how many keys there were. */
    private final Map<Object, Integer> savepoints = new HashMap<>();

    private @Nullable RuntimeException undone;
    private boolean over;

    /**
     * Joins.
     *
     * @param open where it is found until it ends
     * @param connection the holder's
     * @param outbox on that connection
     */
    JoinedTransaction(OpenTransactions open, ConnectionHolder holder, Connection connection, Outbox outbox) {
        this.open = open;
        this.holder = holder;
        this.connection = connection;
        this.outbox = outbox;
    }

    /** An idempotency key that the transaction has taken. */
    private record Key(String tenant, String key) {}

    ConnectionHolder holder() {
        return holder;
    }

    /** True from the commit on. */
    boolean isOver() {
        return over;
    }

    /** True when this mail would have to wait for the end of the transaction. */
    boolean holds(Email email) {
        String key = email.idempotencyKey();
        return key != null && !over && keys.contains(new Key(email.tenant(), key));
    }

    @Override
    public SendResult send(Email email) {
        return sendAll(List.of(email)).get(0);
    }

    @Override
    public List<SendResult> sendAll(List<Email> emails) {
        List<SendResult> results;
        try {
            results = outbox.sendAll(emails);
        } catch (RuntimeException e) {
            if (isUndone(e)) {
                undone = e;
                holder.setRollbackOnly();
            }
            throw e;
        }
        for (int i = 0; i < results.size(); i++) {
            String key = emails.get(i).idempotencyKey();
            if (key != null && !results.get(i).isDuplicate()) {
                keys.add(new Key(emails.get(i).tenant(), key));
            }
        }
        return results;
    }

    /** True when the database has rolled back by itself (SQL state class 40): what follows would be another transaction. */
    private static boolean isUndone(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && sql.getSQLState() != null
                    && sql.getSQLState().startsWith("40")) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public void savepoint(Object savepoint) {
        savepoints.put(savepoint, keys.size());
    }

    @Override
    public void savepointRollback(Object savepoint) {
        int before = savepoints.getOrDefault(savepoint, 0);
        keys.subList(Math.min(before, keys.size()), keys.size()).clear();
    }

    /** For a transaction manager that does not ask the holder: that of JPA. */
    @Override
    public void beforeCommit(boolean readOnly) {
        if (undone != null) {
            throw undone;
        }
    }

    @Override
    public void afterCommit() {
        over = true;
        wake();
    }

    @Override
    public void afterCompletion(int status) {
        boolean joinedBehindTheEnd =
                over ? status == STATUS_UNKNOWN && isWithinAnotherEnd() : status == STATUS_COMMITTED;
        over = true;
        open.remove(this);
        if (joinedBehindTheEnd) {
            commit();
        }
        close(connection);
    }

    /**
     * Who participates in a transaction is not told how that ends. Where this is so behind the end of that transaction, nobody commits any
     * more.
     */
    private static boolean isWithinAnotherEnd() {
        return StackWalker.getInstance()
                        .walk(frames -> frames.filter(f -> f.getMethodName().equals("invokeAfterCompletion")
                                        && f.getClassName().endsWith(".TransactionSynchronizationUtils"))
                                .count())
                > 1;
    }

    /** In a transaction whose manager is not watched, a callback behind the commit cannot be told from what comes before. */
    private void commit() {
        try {
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            log.error(
                    "mail that was sent behind the commit of a transaction could not be committed and is lost; declare the"
                            + " transaction manager as a bean, then such a failure is thrown by send",
                    e);
            return;
        }
        wake();
    }

    /** What is committed stays so: an exception here would only hide that from the caller. */
    private void wake() {
        try {
            outbox.committed();
        } catch (RuntimeException e) {
            log.debug("the mailer was not woken; its search finds the mail", e);
        }
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
