// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Claim;

/**
 * A claim that waits for a slot, with the way it will take. Routers and transports are asked for it before, where no lock is held.
 *
 * @param node the number under which this process claimed it, which may have another by now
 * @param company most recipients of its message in one submission
 * @param batch most mails in one job
 */
record RoutedClaim(Claim claim, long node, Route route, int company, int batch) {
    boolean goesWith(RoutedClaim other) {
        return node == other.node && route.equals(other.route);
    }

    /** False when a crash has held it before, which the next one must not blame on others. */
    boolean isInnocent() {
        return claim.crashes() == 0;
    }
}
