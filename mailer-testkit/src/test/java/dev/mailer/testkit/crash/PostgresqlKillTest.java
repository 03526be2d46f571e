// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.crash;

import dev.mailer.testkit.PostgresqlStores;
import org.junit.jupiter.api.Tag;

/** The kill suite on PostgreSQL, with one node. */
@Tag("slow")
class PostgresqlKillTest extends KillSuite {
    PostgresqlKillTest() {
        super(1);
    }

    @Override
    String store() {
        return PostgresqlStores.nextUrl();
    }
}
