// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import dev.mailer.testkit.MariaDbStores;
import org.junit.jupiter.api.Tag;

@Tag("slow")
class MariaDbSlowDatabaseTest extends SlowDatabaseCases {
    MariaDbSlowDatabaseTest() {
        super(MariaDbStores.nextUrl(), "2000");
    }
}
