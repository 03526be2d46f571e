// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;

class PostgresqlEncryptedWebhookStoreTest extends WebhookStoreContract {
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
}
