// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.internal.store.JdbcStores;
import dev.mailer.core.internal.store.NoCipher;
import dev.mailer.core.internal.store.memory.MemoryOutboxStore;
import java.nio.file.Path;
import java.time.InstantSource;
import javax.sql.DataSource;

/** Opens ledgers by address, for {@link MailerBuilder#store(OutboxStore)} and for tests. */
public final class Stores {
    /** What a ledger in memory takes at least, in bytes. */
    private static final long LEAST_MEMORY = 16L * 1024 * 1024;

    private static final String MEMORY = "memory";
    private static final String SQLITE = "sqlite:";
    private static final String POSTGRESQL = "jdbc:postgresql:";

    private Stores() {}

    /**
     * Opens {@code memory}, {@code sqlite:path/to/file} or {@code jdbc:postgresql://host/database?user=…&password=…}, creating or migrating its
     * schema. An answer of PostgreSQL may take 20 seconds unless the address has a {@code socketTimeout}, and an hour while the
     * schema is migrated.
     *
     * @throws MailerConfigException the address is unknown, in use by another process, or cannot be reached
     */
    public static OutboxStore open(String url, InstantSource clock) {
        if (url.equals(MEMORY)) {
            return memory(clock);
        }
        if (url.startsWith(SQLITE) && url.length() > SQLITE.length()) {
            return JdbcStores.sqlite(Path.of(url.substring(SQLITE.length())), new NoCipher(), clock);
        }
        if (url.startsWith(POSTGRESQL)) {
            return JdbcStores.postgresql(url, new NoCipher(), clock);
        }
        throw new MailerConfigException(
                "store",
                "'" + kind(url)
                        + "' is not a store; known are memory, sqlite:path/to/file and jdbc:postgresql://host/database");
    }

    /** What may be shown of an address: the rest of it can hold a password. */
    private static String kind(String url) {
        int start = url.startsWith("jdbc:") ? "jdbc:".length() : 0;
        int colon = url.indexOf(':', start);
        return colon < 0 ? url : url.substring(0, colon + 1);
    }

    /**
     * A new, empty ledger in this process's memory, for tests, demos and mail that may be lost: nothing in it survives the
     * process. It takes mail up to a quarter of the heap and refuses more.
     */
    public static OutboxStore memory() {
        return memory(InstantSource.system());
    }

    /** As {@link #memory()}, with a clock that a test can move. */
    public static OutboxStore memory(InstantSource clock) {
        return new MemoryOutboxStore(
                clock, Math.max(LEAST_MEMORY, Runtime.getRuntime().maxMemory() / 4));
    }

    /**
     * A ledger in the host's own PostgreSQL database, so that mail can join its transactions; its schema is created or migrated
     * here. The data source, usually a pool, stays the host's: closing the store does not close it. A mailer holds one of its
     * connections while it writes and a few more for reads, never one between its transactions.
     *
     * <p>How long the server may keep a thread waiting is the host's to set, too ({@code socketTimeout} of the driver): without it, a
     * server that is gone without closing its connections stops the mailer until the operating system notices.
     *
     * @throws MailerConfigException the schema cannot be created or migrated
     */
    public static OutboxStore postgresql(DataSource source) {
        return postgresql(source, InstantSource.system());
    }

    /** As {@link #postgresql(DataSource)}, with a clock that a test can move. */
    public static OutboxStore postgresql(DataSource source, InstantSource clock) {
        return JdbcStores.postgresql(source, () -> {}, new NoCipher(), clock);
    }
}
