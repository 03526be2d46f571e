// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Claim;
import java.util.List;

/**
 * What one slot works on: mails that go to one destination, handed over in one call.
 *
 * @param mails the claims of each, which are of one message
 * @param node the number under which this process claimed them, which may have another by now
 * @param alone nothing else is under way on this node
 */
record Job(LaneState lane, List<List<Claim>> mails, long node, Route route, boolean alone) {
    /** The claims of all its mails. */
    List<Claim> claims() {
        return mails.stream().flatMap(List::stream).toList();
    }
}
