// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;

/**
 * What every {@link OutboxStore} must do. Extend it, say how to make an empty store, and run it. What a store cannot do by its nature is
 * skipped: {@link #hostConnection} for joined transactions, {@link #second} and {@link #reopen} are there to be overridden.
 *
 * <pre>{@code
 * class MyStoreTest extends OutboxStoreContract {
 *     @Override
 *     protected OutboxStore newStore() {
 *         return new MyStore();
 *     }
 * }
 * }</pre>
 */
public abstract class OutboxStoreContract extends StoreContract
        implements AppendCases,
                JoinCases,
                ClaimCases,
                SettleCases,
                TimeCases,
                DecisionCases,
                ReportCases,
                NodeCases,
                RetentionCases,
                ErasureCases,
                TokenKeyCases,
                SubscriptionCases,
                UnmailableCases,
                QueryCases,
                SharedStoreCases {
    protected OutboxStoreContract() {}
}
