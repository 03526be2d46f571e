// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.crash;

import dev.mailer.testkit.PostgresqlStores;
import org.junit.jupiter.api.Tag;

/** A mail that kills its process, on PostgreSQL, where a dead node keeps what it held until its lease ends. */
@Tag("slow")
class PostgresqlPoisonTest extends PoisonSuite {
    @Override
    String store() {
        return PostgresqlStores.nextUrl();
    }
}
