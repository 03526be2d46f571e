// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;

class MariaDbEncryptedWebhookStoreTest extends WebhookStoreContract {
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
}
