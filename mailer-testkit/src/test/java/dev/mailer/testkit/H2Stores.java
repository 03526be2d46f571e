// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.Stores;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;

/** H2 in the memory of this process, a database for each test. */
public final class H2Stores {
    private static int number;

    private H2Stores() {}

    static synchronized OutboxStore next() {
        number++;
        return reopen();
    }

    static synchronized OutboxStore reopen() {
        return Stores.open(url(), InstantSource.system());
    }

    static synchronized OutboxStore nextEncrypted() {
        number++;
        return reopenEncrypted();
    }

    static synchronized OutboxStore reopenEncrypted() {
        return Stores.open(url(), TestKeys.one(), InstantSource.system());
    }

    /** The address of a new, empty database. */
    public static synchronized String nextUrl() {
        number++;
        return url();
    }

    /** A connection of a host's to the present database. */
    static synchronized Connection connect() throws SQLException {
        return DriverManager.getConnection(url());
    }

    private static String url() {
        return "jdbc:h2:mem:ledger" + number + ";DB_CLOSE_DELAY=-1";
    }
}
