// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;
import java.sql.Connection;
import java.sql.SQLException;

class MariaDbEncryptedOutboxStoreTest extends OutboxStoreContract {
    @Override
    protected OutboxStore newStore() {
        return MariaDbStores.nextEncrypted();
    }

    @Override
    protected OutboxStore second() {
        return MariaDbStores.reopenEncrypted();
    }

    @Override
    protected OutboxStore reopen() {
        return MariaDbStores.reopenEncrypted();
    }

    @Override
    protected Connection hostConnection() throws SQLException {
        return MariaDbStores.connect();
    }
}
