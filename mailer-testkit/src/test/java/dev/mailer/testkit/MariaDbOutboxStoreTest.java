// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;
import java.sql.Connection;
import java.sql.SQLException;

class MariaDbOutboxStoreTest extends OutboxStoreContract {
    @Override
    protected OutboxStore newStore() {
        return MariaDbStores.next();
    }

    @Override
    protected OutboxStore second() {
        return MariaDbStores.reopen();
    }

    @Override
    protected OutboxStore reopen() {
        return MariaDbStores.reopen();
    }

    @Override
    protected Connection hostConnection() throws SQLException {
        return MariaDbStores.connect();
    }
}
