// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteEncryptedWebhookStoreTest extends WebhookStoreContract {
    @RegisterExtension
    final SqliteStores stores = new SqliteStores();

    @Override
    protected OutboxStore newStore() {
        return stores.nextEncrypted();
    }

    @Override
    protected OutboxStore reopen() {
        return stores.reopenEncrypted();
    }
}
