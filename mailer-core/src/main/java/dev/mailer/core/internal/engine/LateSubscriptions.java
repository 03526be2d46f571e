// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Subscriptions;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stores what recipients decide in the ledger, once the mailer runs. Thread-safe. */
final class LateSubscriptions implements Subscriptions {
    private volatile @Nullable Subscriptions subscriptions;

    void open(Subscriptions ofLedger) {
        this.subscriptions = ofLedger;
    }

    @Override
    public boolean unsubscribe(Change change) {
        return opened().unsubscribe(change);
    }

    @Override
    public boolean subscribe(Change change) {
        return opened().subscribe(change);
    }

    @Override
    public List<Suppression> of(String tenant, String address, Instant now) {
        return opened().of(tenant, address, now);
    }

    @Override
    public List<String> streams(String tenant) {
        return opened().streams(tenant);
    }

    private Subscriptions opened() {
        Subscriptions opened = subscriptions;
        if (opened == null) {
            throw new IllegalStateException("the mailer is not running yet");
        }
        return opened;
    }
}
