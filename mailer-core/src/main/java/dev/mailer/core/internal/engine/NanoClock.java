// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

/** A monotonic clock in nanoseconds, as {@link System#nanoTime}: what leases and timeouts last by. */
@FunctionalInterface
interface NanoClock {
    NanoClock SYSTEM = System::nanoTime;

    long nanos();
}
