// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Opens the ledger in a DataSource of the application's. */
final class DataSourceLedger {
    private static final String POSTGRESQL = "PostgreSQL";

    private DataSourceLedger() {}

    /**
     * Connects, and creates or migrates the schema.
     *
     * @param name the bean's, for errors
     */
    static OutboxStore open(String name, DataSource source) {
        String product = product(name, source);
        if (!product.equals(POSTGRESQL)) {
            throw new MailerConfigException(
                    "store",
                    "the DataSource '" + name + "' is " + product
                            + ", and the ledger can be in PostgreSQL; give the ledger a"
                            + " place of its own: sqlite:path/to/file, jdbc:postgresql://host/database, or memory for tests");
        }
        return Stores.postgresql(source);
    }

    private static String product(String name, DataSource source) {
        try (Connection connection = source.getConnection()) {
            return connection.getMetaData().getDatabaseProductName();
        } catch (SQLException e) {
            throw new MailerConfigException(
                    "store", "the database of the DataSource '" + name + "' cannot be reached: " + e.getMessage(), e);
        }
    }
}
