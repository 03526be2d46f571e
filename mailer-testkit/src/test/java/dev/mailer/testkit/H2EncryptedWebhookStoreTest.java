// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;

class H2EncryptedWebhookStoreTest extends WebhookStoreContract {
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
}
