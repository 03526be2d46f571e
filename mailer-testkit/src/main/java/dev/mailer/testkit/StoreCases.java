// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.QueueKey;
import java.time.Instant;

/** What the parts of the store suite share. */
interface StoreCases {
    Instant NOON = SampleMessage.ACCEPTED_AT;
    Instant LATER = NOON.plusSeconds(60);
    Instant TOMORROW = NOON.plusSeconds(86_400);
    Lane LANE = SampleMessage.LANE;
    /** Another stream of the same tenant. */
    Lane BROADCAST = new Lane(LANE.tenant(), "broadcast");
    /** A stream of the same name that belongs to somebody else. */
    Lane STRANGER = new Lane("stranger", LANE.stream());

    QueueKey EXAMPLE_ORG = new QueueKey(LANE, "example.org");
    QueueKey EXAMPLE_NET = new QueueKey(LANE, "example.net");

    /** The store under test, with {@link #LANE}, {@link #BROADCAST} and {@link #STRANGER} registered. */
    LedgerDriver ledger();
}
