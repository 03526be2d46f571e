// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The connection that a transaction manager has bound to the calling thread.
 *
 * @param source what it is bound to: the DataSource of the ledger, or another proxy of the same pool
 */
record BoundConnection(DataSource source, ConnectionHolder holder) {
    /** Null when there is none, or one that no transaction manager commits. */
    static @Nullable BoundConnection on(DataSource ledger) {
        BoundConnection same = of(ledger, TransactionSynchronizationManager.getResource(ledger));
        if (same != null) {
            return same;
        }
        DataSource pool = pool(ledger);
        for (Map.Entry<Object, Object> bound :
                TransactionSynchronizationManager.getResourceMap().entrySet()) {
            if (bound.getKey() instanceof DataSource source && source != ledger && pool(source) == pool) {
                BoundConnection other = of(source, bound.getValue());
                if (other != null) {
                    return other;
                }
            }
        }
        return null;
    }

    private static @Nullable BoundConnection of(DataSource source, @Nullable Object resource) {
        return resource instanceof ConnectionHolder holder && isManaged(source, holder)
                ? new BoundConnection(source, holder)
                : null;
    }

    /** What has synchronization and no transaction was bound by the first to use it, within a transaction on something else. */
    private static boolean isManaged(DataSource source, ConnectionHolder holder) {
        if (!holder.isSynchronizedWithTransaction()) {
            return true;
        }
        DataSourceTransactionManager asked = new DataSourceTransactionManager(source);
        asked.setTransactionSynchronization(AbstractPlatformTransactionManager.SYNCHRONIZATION_NEVER);
        return asked.getTransaction(new DefaultTransactionDefinition(DefaultTransactionDefinition.PROPAGATION_SUPPORTS))
                .hasTransaction();
    }

    /** What is beneath the proxies that give connections of the same pool. */
    static DataSource pool(DataSource source) {
        DataSource pool = source;
        while (true) {
            DataSource beneath = pool instanceof LazyConnectionDataSourceProxy lazy
                    ? lazy.getTargetDataSource()
                    : pool instanceof TransactionAwareDataSourceProxy aware ? aware.getTargetDataSource() : null;
            if (beneath == null) {
                return pool;
            }
            pool = beneath;
        }
    }
}
