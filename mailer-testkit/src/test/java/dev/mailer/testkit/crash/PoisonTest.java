// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.crash;

import org.junit.jupiter.api.Tag;

/** A mail that kills its process, on SQLite. */
@Tag("slow")
class PoisonTest extends PoisonSuite {
    @Override
    String store() {
        return "sqlite:" + folder.resolve("ledger.db");
    }
}
