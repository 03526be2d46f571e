// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.crash;

import dev.mailer.testkit.MariaDbStores;
import org.junit.jupiter.api.Tag;

/** The kill suite on MariaDB, with one node. */
@Tag("slow")
class MariaDbKillTest extends KillSuite {
    MariaDbKillTest() {
        super(1);
    }

    @Override
    String store() {
        return MariaDbStores.nextUrl();
    }
}
