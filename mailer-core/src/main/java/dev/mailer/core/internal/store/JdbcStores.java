// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.FieldCipher;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.sqlite.SQLiteDataSource;

/** Opens stores: checks the address, migrates the schema, connects. */
public final class JdbcStores {
    /** Connections to a database server; {@link ReadLimit} keeps some for what writes. */
    private static final int POOL_SIZE = 8;

    private static final String DRIVER = "org.postgresql.Driver";

    private JdbcStores() {}

    public static JdbcOutboxStore sqlite(Path file, FieldCipher cipher, InstantSource clock) {
        Dialect dialect = new SqliteDialect();
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file);
        SqliteDatabase database = SqliteDatabase.open(file, () -> Migrations.run(source, dialect));
        return new JdbcOutboxStore(database, dialect, cipher, clock);
    }

    public static JdbcOutboxStore postgresql(String url, FieldCipher cipher, InstantSource clock) {
        requireDriver(url);
        HikariConfig config = new HikariConfig();
        config.setDataSource(ServerConnections.forWork(url));
        config.setPoolName("mailer-store");
        config.setMaximumPoolSize(POOL_SIZE);
        config.setMinimumIdle(2);
        config.setConnectionTimeout(5_000);
        config.setConnectionInitSql(PostgresDialect.SESSION);
        HikariDataSource pool;
        try {
            pool = new HikariDataSource(config);
        } catch (PoolInitializationException | IllegalArgumentException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new MailerConfigException("store", "the database cannot be reached: " + cause.getMessage(), e);
        }
        try {
            DataSource migrating = ServerConnections.forMigration(url);
            return postgresql(new PooledDatabase(pool), migrating, cipher, clock);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    /** Asked first: the pool's own complaint quotes the whole address, password included. */
    private static void requireDriver(String url) {
        try {
            DriverManager.getDriver(url);
        } catch (SQLException e) {
            throw new MailerConfigException(
                    "store",
                    isPresent(DRIVER)
                            ? "the address of the database cannot be read; expected"
                                    + " jdbc:postgresql://host:port/database?user=…&password=…"
                            : "the PostgreSQL driver is not on the class path; add org.postgresql:postgresql",
                    e);
        }
    }

    private static boolean isPresent(String className) {
        try {
            Class.forName(className, false, JdbcStores.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** On the host's pool. */
    public static JdbcOutboxStore postgresql(
            DataSource source, Runnable close, FieldCipher cipher, InstantSource clock) {
        return postgresql(new PooledDatabase(source, close, PostgresDialect.TRANSACTION), source, cipher, clock);
    }

    private static JdbcOutboxStore postgresql(
            Database database, DataSource source, FieldCipher cipher, InstantSource clock) {
        Dialect dialect = new PostgresDialect();
        Migrations.run(source, dialect);
        return new JdbcOutboxStore(database, dialect, cipher, clock);
    }
}
