// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mailer.api.spi.OutboxStore;
import java.sql.Connection;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** How the suites for stores get and close them: every test has a store of its own. */
public abstract class StoreContract implements StoreCases {
    private final Deque<OutboxStore> open = new ArrayDeque<>();
    private @Nullable LedgerDriver ledger;

    StoreContract() {}

    /** Makes an empty store. */
    protected abstract OutboxStore newStore() throws Exception;

    /**
     * Opens one more store on the data of the last {@link #newStore}, as another process would; null where only one process
     * may have the data.
     */
    protected @Nullable OutboxStore second() throws Exception {
        return null;
    }

    /** Opens the data of the last {@link #newStore} again, which is closed by then; null where the data ends with the store. */
    protected @Nullable OutboxStore reopen() throws Exception {
        return null;
    }

    /**
     * Opens a connection of a host's to the data of the last {@link #newStore}, which the suite closes; null where mail joins no
     * transactions.
     */
    protected @Nullable Connection hostConnection() throws Exception {
        return null;
    }

    @BeforeEach
    final void openStore() throws Exception {
        OutboxStore store = newStore();
        open.push(store);
        ledger = drive(store);
    }

    @AfterEach
    final void closeStores() {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    /** The store under test. */
    @Override
    public final LedgerDriver ledger() {
        return Objects.requireNonNull(ledger, "the store is made before each test");
    }

    /** One more store on the same data; skips the test where that cannot be. */
    public final LedgerDriver another() throws Exception {
        OutboxStore store = second();
        assumeTrue(store != null, "only one process may have the data of this store");
        open.push(Objects.requireNonNull(store));
        return drive(store);
    }

    /** The same data after a restart; skips the test where it does not survive. */
    public final LedgerDriver restarted() throws Exception {
        closeStores();
        OutboxStore store = reopen();
        assumeTrue(store != null, "the data of this store ends with it");
        open.push(Objects.requireNonNull(store));
        return drive(store);
    }

    /** A connection of a host's to the data of the store, in a transaction; skips the test where that cannot be. */
    public final Connection host() throws Exception {
        Connection connection = hostConnection();
        assumeTrue(connection != null, "mail joins no transactions in this store");
        Connection host = Objects.requireNonNull(connection);
        host.setAutoCommit(false);
        return host;
    }

    private LedgerDriver drive(OutboxStore store) {
        store.register(LANE);
        store.register(BROADCAST);
        store.register(STRANGER);
        return new LedgerDriver(store, store.cipher()::lookupHash);
    }
}
