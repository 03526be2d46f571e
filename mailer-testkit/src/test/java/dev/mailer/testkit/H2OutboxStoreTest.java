// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;
import java.sql.Connection;
import java.sql.SQLException;

class H2OutboxStoreTest extends OutboxStoreContract {
    @Override
    protected OutboxStore newStore() {
        return H2Stores.next();
    }

    @Override
    protected OutboxStore second() {
        return H2Stores.reopen();
    }

    @Override
    protected OutboxStore reopen() {
        return H2Stores.reopen();
    }

    @Override
    protected Connection hostConnection() throws SQLException {
        return H2Stores.connect();
    }
}
