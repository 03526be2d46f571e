// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.internal.crypto.MasterKeys;
import dev.mailer.core.internal.store.JdbcStores;
import dev.mailer.core.internal.store.Product;
import dev.mailer.core.internal.store.SchemaScript;
import dev.mailer.core.internal.store.memory.MemoryOutboxStore;
import java.nio.file.Path;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Opens ledgers by address, for {@link MailerBuilder#store(OutboxStore)} and for tests. */
public final class Stores {
    /** What a ledger in memory takes at least, in bytes. */
    private static final long LEAST_MEMORY = 16L * 1024 * 1024;

    private static final String MEMORY = "memory";
    private static final String SQLITE = "sqlite:";
    private static final String MYSQL = "jdbc:mysql:";

    private Stores() {}

    /**
     * Opens a ledger, creating or migrating its schema:
     *
     * <ul>
     *   <li>{@code memory}: gone with the process
     *   <li>{@code sqlite:path/to/file}: one process
     *   <li>{@code jdbc:postgresql://host/database?user=…&password=…} and {@code jdbc:mariadb://host/database?user=…&password=…}: several
     *       processes. An answer of the server may take 20 seconds unless the address has a {@code socketTimeout}, and an hour while
     *       the schema is migrated.
     *   <li>{@code jdbc:h2:mem:name} and {@code jdbc:h2:./path/to/file}: <b>for tests and demos only.</b> By default H2 loses commits that
     *       it has acknowledged when its process is killed, and it never syncs to disk. Several mailers of one process may share
     *       it, several processes may not.
     * </ul>
     *
     * @param clock usually {@link InstantSource#system()} (or {@link java.time.Clock#systemUTC()}, which is the same): a database server's
     *     own time then decides what is due and whose lease ended, so that all nodes agree. With any other clock, a test's, all go by
     *     that and none by the server's.
     * @throws MailerConfigException the address is unknown, in use by another process, or cannot be reached
     */
    public static OutboxStore open(String url, InstantSource clock) {
        return open(url, null, clock);
    }

    /**
     * As {@link #open(String, InstantSource)}, with personal data encrypted at rest; in memory nothing is. On a ledger in the clear, what
     * is stored there stays readable and what comes is encrypted, the suppression list at once; there is no way back.
     *
     * @param keys null for a ledger in the clear
     * @throws MailerConfigException also when rows need a master key that is not given, or another of the same version
     */
    public static OutboxStore open(String url, @Nullable EncryptionKeys keys, InstantSource clock) {
        MasterKeys masters = masters(keys);
        if (url.equals(MEMORY)) {
            return memory(clock);
        }
        if (url.startsWith(SQLITE) && url.length() > SQLITE.length()) {
            return JdbcStores.sqlite(Path.of(url.substring(SQLITE.length())), masters, clock);
        }
        Product product = Product.ofAddress(url);
        if (product != null) {
            return JdbcStores.open(product, url, masters, clock);
        }
        throw new MailerConfigException(
                "store",
                "'" + kind(url)
                        + "' is not a store; known are memory, sqlite:path/to/file, jdbc:postgresql://host/database,"
                        + " jdbc:mariadb://host/database and, for tests, jdbc:h2:mem:name"
                        + (url.startsWith(MYSQL)
                                ? "; MySQL is not supported, a MariaDB server has jdbc:mariadb:"
                                : ""));
    }

    private static @Nullable MasterKeys masters(@Nullable EncryptionKeys keys) {
        return keys == null ? null : MasterKeys.read(keys.current(), keys.old());
    }

    /** What may be shown of an address: the rest of it can hold a password. */
    private static String kind(String url) {
        int start = url.startsWith("jdbc:") ? "jdbc:".length() : 0;
        int colon = url.indexOf(':', start);
        return colon < 0 ? url : url.substring(0, colon + 1);
    }

    /**
     * A new, empty ledger in this process's memory, for tests, demos and mail that may be lost: nothing in it survives the
     * process. It takes mail, with its events and the suppression list, up to a quarter of the heap and refuses more.
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
     * A ledger in the host's own database, so that mail can join its transactions: PostgreSQL, MariaDB 10.6 or later with its own driver,
     * or, for tests and demos only, H2 ({@link #open} says why). The schema is created or migrated here; an account that may not
     * do so needs one that is up to date ({@link #ddl}). The data source, usually a pool, stays the host's: closing the store does
     * not close it. A mailer holds one of its connections while it writes and a few more for reads, never one between its
     * transactions, and gives them back as they were.
     *
     * <p>How long the server may keep a thread waiting is the host's to set, too ({@code socketTimeout} of the driver): without it, a
     * server that is gone without closing its connections stops the mailer until the operating system notices.
     *
     * @throws MailerConfigException the database is none of these or too old, cannot be reached, or its schema cannot be created or
     *     migrated
     */
    public static OutboxStore of(DataSource source) {
        return of(source, InstantSource.system());
    }

    /** As {@link #of(DataSource)}, with a clock that a test can move, as {@link #open(String, InstantSource)} says. */
    public static OutboxStore of(DataSource source, InstantSource clock) {
        return of(source, null, clock);
    }

    /** As {@link #of(DataSource, InstantSource)}, with personal data encrypted at rest, as {@link #open(String, EncryptionKeys, InstantSource)} says. */
    public static OutboxStore of(DataSource source, @Nullable EncryptionKeys keys, InstantSource clock) {
        return JdbcStores.of(source, masters(keys), clock);
    }

    /**
     * The statements that create the ledger's schema, for those whose account may not: an owner runs them once, and the store then
     * opens with an account that may read and write the tables.
     *
     * @param database {@code sqlite}, {@code postgresql}, {@code mariadb} or {@code h2}
     * @throws MailerConfigException there is no such database
     */
    public static String ddl(String database) {
        return SchemaScript.of(database);
    }
}
