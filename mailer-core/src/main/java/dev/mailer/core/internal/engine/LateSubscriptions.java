// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Subscriptions;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import java.time.Instant;
import java.util.List;

/** Stores what recipients decide in the ledger, once the mailer runs. Thread-safe. */
final class LateSubscriptions implements Subscriptions {
    private final Late<Subscriptions> ledger = new Late<>();

    void open(Subscriptions ofLedger) {
        ledger.open(ofLedger);
    }

    @Override
    public boolean unsubscribe(Change change) {
        return ledger.get().unsubscribe(change);
    }

    @Override
    public boolean subscribe(Change change) {
        return ledger.get().subscribe(change);
    }

    @Override
    public List<Suppression> of(String tenant, String address, Instant now) {
        return ledger.get().of(tenant, address, now);
    }

    @Override
    public List<String> streams(String tenant) {
        return ledger.get().streams(tenant);
    }
}
