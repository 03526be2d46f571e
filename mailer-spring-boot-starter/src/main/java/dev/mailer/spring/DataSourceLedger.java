// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.EncryptionKeys;
import dev.mailer.core.Stores;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Opens the ledger in a DataSource of the application. */
final class DataSourceLedger {
    private DataSourceLedger() {}

    /**
     * Connects, and creates or migrates the schema.
     *
     * @param name the bean's, for errors
     * @param keys null for a ledger in the clear
     */
    static OutboxStore open(String name, DataSource source, @Nullable EncryptionKeys keys, InstantSource clock) {
        try {
            return Stores.of(source, keys, clock);
        } catch (MailerConfigException e) {
            if (!e.option().equals("store")) {
                throw e;
            }
            throw new MailerConfigException(
                    "store",
                    "with the DataSource '" + name + "', " + e.problem()
                            + "; mailer.store can give the ledger a place of its own",
                    e);
        }
    }
}
