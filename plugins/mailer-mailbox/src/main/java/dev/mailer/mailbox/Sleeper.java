// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import java.time.Duration;

/** How the slow recipients wait, so that tests need not. */
@FunctionalInterface
interface Sleeper {
    Sleeper SYSTEM = duration -> Thread.sleep(duration.toMillis());

    void sleep(Duration duration) throws InterruptedException;
}
