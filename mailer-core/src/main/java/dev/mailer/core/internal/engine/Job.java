// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Claim;
import java.util.List;

/**
 * What one slot works on: claims of one message that go to one destination.
 *
 * @param alone nothing else is under way on this node
 */
record Job(LaneState lane, List<Claim> claims, Route route, boolean alone) {}
