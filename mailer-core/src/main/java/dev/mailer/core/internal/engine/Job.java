// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Claim;
import java.util.List;

/**
 * What one slot works on: claims of one message that go to one destination.
 *
 * @param node the number under which this process claimed them, which may have another by now
 * @param alone nothing else is under way on this node
 */
record Job(LaneState lane, List<Claim> claims, long node, Route route, boolean alone) {}
