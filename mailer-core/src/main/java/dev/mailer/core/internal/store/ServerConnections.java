// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Function;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to a database server, and bounds how long the server may keep us waiting, which drivers do not by themselves: a
 * server that is gone without closing its connections would hold a thread for ever. Thread-safe.
 */
final class ServerConnections implements DataSource {
    /**
     * How long an answer may take. Below the lease and the patience of callers by default, so that a server that comes back, or
     * another one under the same name, is found before they give up; above what any statement of ours takes on a server that works.
     */
    private static final Duration ANSWER = Duration.ofSeconds(20);
    /** The same while the schema is changed: a statement there may rewrite a large table, and begins from nothing when it is cut off. */
    private static final Duration MIGRATION = Duration.ofHours(1);

    /** Reaching the server, and each answer until it has let us in: once, when it may have to be woken, and later. */
    private static final Duration FIRST_OPENING = Duration.ofSeconds(20);

    private static final Duration OPENING = Duration.ofSeconds(4);

    private static final String SOCKET_TIMEOUT = "socketTimeout";

    private final String url;
    /** Null where the address says. */
    private final @Nullable Duration answer;

    private final Function<Duration, Properties> properties;

    private volatile boolean reached;

    private ServerConnections(String url, @Nullable Duration answer, Function<Duration, Properties> properties) {
        this.url = url;
        this.answer = answer;
        this.properties = properties;
    }

    /** For the ledger's work; a bound in the address goes before ours. */
    static ServerConnections forWork(Product product, String url) {
        return new ServerConnections(url, url.contains(SOCKET_TIMEOUT + "=") ? null : ANSWER, product::workProperties);
    }

    /** For migrations, and to find out who is there, whatever the address says. */
    static ServerConnections forMigration(Product product, String url) {
        return new ServerConnections(url, MIGRATION, product::properties);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = DriverManager.getConnection(url, properties.apply(reached ? OPENING : FIRST_OPENING));
        reached = true;
        if (answer != null) {
            try {
                // the driver needs no thread for it
                connection.setNetworkTimeout(Runnable::run, (int) answer.toMillis());
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        }
        return connection;
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the address names user and password");
    }

    /** How long a pool waits at its end for a connection that is being opened: it ends by itself. */
    @Override
    public int getLoginTimeout() {
        return 1;
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // pools set it; each step of opening has its own bound
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        // nothing is written
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("java.util.logging is not used");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("wraps nothing");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
