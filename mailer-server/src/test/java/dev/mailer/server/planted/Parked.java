// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.planted;

import org.junit.jupiter.api.Disabled;

/** Planted: parked; it has no test, so that nothing of it runs. */
final class Parked {
    private Parked() {}

    @Disabled("planted")
    static void later() {}
}
