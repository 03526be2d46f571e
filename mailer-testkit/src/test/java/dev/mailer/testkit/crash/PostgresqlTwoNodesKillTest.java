// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.crash;

import dev.mailer.testkit.PostgresqlStores;
import org.junit.jupiter.api.Tag;

/** The kill suite on PostgreSQL, with two nodes that take over from each other. */
@Tag("slow")
class PostgresqlTwoNodesKillTest extends KillSuite {
    PostgresqlTwoNodesKillTest() {
        super(2);
    }

    @Override
    String store() {
        return PostgresqlStores.nextUrl();
    }
}
