// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;
import java.sql.Connection;
import java.sql.SQLException;

class PostgresqlOutboxStoreTest extends OutboxStoreContract {
    @Override
    protected OutboxStore newStore() {
        return PostgresqlStores.next();
    }

    @Override
    protected OutboxStore second() {
        return PostgresqlStores.reopen();
    }

    @Override
    protected OutboxStore reopen() {
        return PostgresqlStores.reopen();
    }

    @Override
    protected Connection hostConnection() throws SQLException {
        return PostgresqlStores.connect();
    }
}
