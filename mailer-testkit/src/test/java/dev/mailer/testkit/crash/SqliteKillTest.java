// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.crash;

import org.junit.jupiter.api.Tag;

/** The kill suite on SQLite. */
@Tag("slow")
class SqliteKillTest extends KillSuite {
    SqliteKillTest() {
        super(1);
    }

    @Override
    String store() {
        return "sqlite:" + folder.resolve("ledger.db");
    }
}
