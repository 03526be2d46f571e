// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;
import java.sql.Connection;
import java.sql.SQLException;

class H2EncryptedOutboxStoreTest extends OutboxStoreContract {
    @Override
    protected OutboxStore newStore() {
        return H2Stores.nextEncrypted();
    }

    @Override
    protected OutboxStore second() {
        return H2Stores.reopenEncrypted();
    }

    @Override
    protected OutboxStore reopen() {
        return H2Stores.reopenEncrypted();
    }

    @Override
    protected Connection hostConnection() throws SQLException {
        return H2Stores.connect();
    }
}
