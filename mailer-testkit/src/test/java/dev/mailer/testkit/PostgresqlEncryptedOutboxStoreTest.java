// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;
import java.sql.Connection;
import java.sql.SQLException;

class PostgresqlEncryptedOutboxStoreTest extends OutboxStoreContract {
    @Override
    protected OutboxStore newStore() {
        return PostgresqlStores.nextEncrypted();
    }

    @Override
    protected OutboxStore second() {
        return PostgresqlStores.reopenEncrypted();
    }

    @Override
    protected OutboxStore reopen() {
        return PostgresqlStores.reopenEncrypted();
    }

    @Override
    protected Connection hostConnection() throws SQLException {
        return PostgresqlStores.connect();
    }
}
