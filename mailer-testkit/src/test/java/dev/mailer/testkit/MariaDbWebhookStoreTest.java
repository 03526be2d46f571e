// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;

class MariaDbWebhookStoreTest extends WebhookStoreContract {
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
}
