// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import java.util.Objects;

/** A queue: what is claimed, parked and limited as one. The domain is the recipients', in lower case as A-labels. */
public record QueueKey(Lane lane, String domain) {
    public QueueKey {
        Objects.requireNonNull(lane, "lane");
        Objects.requireNonNull(domain, "domain");
    }

    @Override
    public String toString() {
        return lane + "/" + domain;
    }
}
