// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import dev.mailer.testkit.PostgresqlStores;

class PostgresqlSlowDatabaseTest extends SlowDatabaseCases {
    PostgresqlSlowDatabaseTest() {
        super(PostgresqlStores.nextUrl(), "2");
    }
}
