// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;

class H2WebhookStoreTest extends WebhookStoreContract {
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
}
