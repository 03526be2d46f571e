// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.mailer.api.MailerConfigException;
import dev.mailer.core.internal.crypto.MasterKeys;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteDataSource;

/** Opens stores: checks the address, migrates the schema, connects, finds the keys. */
public final class JdbcStores {
    private static final Logger log = LoggerFactory.getLogger(JdbcStores.class);

    /** Connections to a database server; {@link ReadLimit} keeps some for what writes. */
    private static final int POOL_SIZE = 8;

    /** Whether the log of this process has it that H2 loses mail. */
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private JdbcStores() {}

    public static JdbcOutboxStore sqlite(Path file, @Nullable MasterKeys masters, InstantSource clock) {
        Dialect dialect = new SqliteDialect();
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file);
        SqliteDatabase database = SqliteDatabase.open(file, () -> Migrations.run(source, dialect));
        try {
            return LedgerKeys.open(database, dialect, masters, clock);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** By address, with a pool of its own. */
    public static JdbcOutboxStore open(Product product, String url, @Nullable MasterKeys masters, InstantSource clock) {
        requireDriver(product, url);
        requireName(product, url);
        DataSource migrating = ServerConnections.forMigration(product, url);
        // first, because another product, or an old version, may not know what a connection for work is set to
        Dialect dialect = detect(migrating);
        HikariConfig config = new HikariConfig();
        config.setDataSource(ServerConnections.forWork(product, url));
        config.setPoolName("mailer-store");
        config.setMaximumPoolSize(POOL_SIZE);
        config.setMinimumIdle(2);
        config.setConnectionTimeout(5_000);
        // whatever the address sets
        if (!dialect.session().isEmpty()) {
            config.setConnectionInitSql(dialect.session());
        }
        HikariDataSource pool;
        try {
            pool = new HikariDataSource(config);
        } catch (PoolInitializationException | IllegalArgumentException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new MailerConfigException("store", "the database cannot be reached: " + cause.getMessage(), e);
        }
        try {
            return store(dialect, new PooledDatabase(pool), migrating, masters, clock);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    /** On the host's pool. */
    public static JdbcOutboxStore of(DataSource source, @Nullable MasterKeys masters, InstantSource clock) {
        Dialect dialect = detect(source);
        return store(dialect, new PooledDatabase(source, () -> {}, dialect.visit()), source, masters, clock);
    }

    private static JdbcOutboxStore store(
            Dialect dialect, Database database, DataSource source, @Nullable MasterKeys masters, InstantSource clock) {
        Migrations.run(source, dialect);
        try {
            database.write(statements -> {
                dialect.check(statements);
                return true;
            });
        } catch (SQLException e) {
            throw new MailerConfigException("store", "the database cannot hold the ledger: " + e.getMessage(), e);
        }
        if (dialect instanceof H2Dialect && WARNED.compareAndSet(false, true)) {
            log.warn(
                    "the ledger is in H2, which is for tests and demos: it loses mail that it has acknowledged when the process is"
                            + " killed, and never syncs to disk; use SQLite, PostgreSQL or MariaDB to keep mail");
        }
        return LedgerKeys.open(database, dialect, masters, clock);
    }

    /** Asked of the driver, not of the address: pools and proxies have addresses of their own. */
    private static Dialect detect(DataSource source) {
        try (Connection connection = source.getConnection()) {
            Dialect dialect = dialect(connection.getMetaData());
            dialect.inspect(connection);
            return dialect;
        } catch (SQLException e) {
            throw new MailerConfigException("store", "the database cannot be reached: " + e.getMessage(), e);
        }
    }

    private static Dialect dialect(DatabaseMetaData data) throws SQLException {
        Product product = Product.ofName(data.getDatabaseProductName());
        if (product == null) {
            throw new MailerConfigException(
                    "store",
                    "the data source leads to " + data.getDatabaseProductName()
                            + ", which cannot hold the ledger; PostgreSQL, MariaDB and H2 can (MariaDB by its own driver), and SQLite as sqlite:path/to/file");
        }
        int major = data.getDatabaseMajorVersion();
        int minor = data.getDatabaseMinorVersion();
        String least = product.missing(major, minor);
        if (least != null) {
            throw new MailerConfigException(
                    "store",
                    product.title() + " " + major + "." + minor + " is too old; the ledger needs " + least
                            + " or later");
        }
        return product.dialect();
    }

    /**
     * Asked first: the pool's own complaint quotes the whole address, password included. The driver is loaded by name, because it registers
     * itself only where it is seen when the first driver is asked for: not beneath an application server.
     */
    private static void requireDriver(Product product, String url) {
        boolean present = isPresent(product.driver());
        try {
            DriverManager.getDriver(url);
        } catch (SQLException e) {
            throw new MailerConfigException(
                    "store",
                    present
                            ? "the address of the database cannot be read; expected " + product.address()
                            : "the " + product.title() + " driver is not on the class path; add " + product.artifact(),
                    e);
        }
    }

    /** Without a name, each connection would have a database of its own. */
    private static void requireName(Product product, String url) {
        if (product == Product.H2 && url.matches("jdbc:h2:mem:(;.*)?")) {
            throw new MailerConfigException(
                    "store",
                    "jdbc:h2:mem: has no name, so each connection would see a database of its own; expected jdbc:h2:mem:name");
        }
    }

    private static boolean isPresent(String className) {
        try {
            Class.forName(className, true, JdbcStores.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
