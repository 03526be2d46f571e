// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;

class PostgresqlWebhookStoreTest extends WebhookStoreContract {
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
}
