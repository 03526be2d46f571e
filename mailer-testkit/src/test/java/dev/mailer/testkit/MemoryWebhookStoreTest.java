// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.Stores;

class MemoryWebhookStoreTest extends WebhookStoreContract {
    @Override
    protected OutboxStore newStore() {
        return Stores.memory();
    }
}
