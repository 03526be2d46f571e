// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.spi.OutboxStore;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Where a mailer's ledger is to be.
 *
 * @param source the DataSource it is in, beneath those that are aware of transactions; null when it is somewhere else
 * @param said one sentence for the log
 */
record Ledger(Supplier<OutboxStore> opener, @Nullable DataSource source, String said) {
    OutboxStore open() {
        return opener.get();
    }
}
