// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The databases that are reached over JDBC by address or by data source. */
public enum Product {
    POSTGRESQL(
            "PostgreSQL",
            "org.postgresql.Driver",
            "org.postgresql:postgresql",
            "jdbc:postgresql://host:port/database?user=…&password=…") {
        @Override
        Dialect dialect() {
            return new PostgresDialect();
        }

        @Override
        Properties properties(Duration opening) {
            Properties p = new Properties();
            p.setProperty("reWriteBatchedInserts", "true");
            p.setProperty("prepareThreshold", "2");
            p.setProperty("tcpKeepAlive", "true");
            p.setProperty("connectTimeout", String.valueOf(opening.toSeconds()));
            p.setProperty("sslResponseTimeout", String.valueOf(opening.toMillis()));
            p.setProperty("socketTimeout", String.valueOf(opening.toSeconds()));
            p.setProperty("ApplicationName", "mailer");
            return p;
        }
    },
    MARIADB(
            "MariaDB",
            "org.mariadb.jdbc.Driver",
            "org.mariadb.jdbc:mariadb-java-client",
            "jdbc:mariadb://host:port/database?user=…&password=…") {
        @Override
        Dialect dialect() {
            return new MariaDbDialect();
        }

        @Override
        Properties properties(Duration opening) {
            Properties p = new Properties();
            p.setProperty("tcpKeepAlive", "true");
            p.setProperty("connectTimeout", String.valueOf(opening.toMillis()));
            p.setProperty("socketTimeout", String.valueOf(opening.toMillis()));
            p.setProperty("useAffectedRows", "false");
            p.setProperty("useBulkStmts", "false");
            return p;
        }

        /** Given to the driver, so that they are set as well when it goes over to another server by itself. */
        @Override
        Properties workProperties(Duration opening) {
            Properties p = properties(opening);
            p.setProperty("sessionVariables", MariaDbDialect.VARIABLES);
            return p;
        }

        /** {@code skip locked} came with 10.6. */
        @Override
        @Nullable
        String missing(int major, int minor) {
            return major > 10 || (major == 10 && minor >= 6) ? null : "10.6";
        }
    },
    H2("H2", "org.h2.Driver", "com.h2database:h2", "jdbc:h2:mem:name or jdbc:h2:./path/to/file") {
        @Override
        Dialect dialect() {
            return new H2Dialect();
        }

        @Override
        Properties properties(Duration opening) {
            return new Properties();
        }

        /** {@code skip locked} came with 2.2. */
        @Override
        @Nullable
        String missing(int major, int minor) {
            return major > 2 || (major == 2 && minor >= 2) ? null : "2.2";
        }
    };

    private final String title;
    private final String driver;
    private final String artifact;
    private final String address;

    Product(String title, String driver, String artifact, String address) {
        this.title = title;
        this.driver = driver;
        this.artifact = artifact;
        this.address = address;
    }

    /** The product of an address, null where it is none of these. */
    public static @Nullable Product ofAddress(String url) {
        for (Product product : values()) {
            if (url.startsWith(product.prefix())) {
                return product;
            }
        }
        return null;
    }

    /** The product by the name that its driver gives. */
    static @Nullable Product ofName(String name) {
        for (Product product : values()) {
            if (product.title.equals(name)) {
                return product;
            }
        }
        return null;
    }

    private String prefix() {
        return "jdbc:" + name().toLowerCase(Locale.ROOT) + ":";
    }

    /** What the driver is given for a connection, besides the address. */
    abstract Properties properties(Duration opening);

    /** The same for the ledger's work, of which migrations are none. */
    Properties workProperties(Duration opening) {
        return properties(opening);
    }

    /** The oldest version that will do, where the given one is older. */
    @Nullable
    String missing(int major, int minor) {
        return null;
    }

    String title() {
        return title;
    }

    /** The class of its driver. */
    String driver() {
        return driver;
    }

    /** What to add where the driver is missing. */
    String artifact() {
        return artifact;
    }

    /** How its addresses look. */
    String address() {
        return address;
    }

    abstract Dialect dialect();
}
