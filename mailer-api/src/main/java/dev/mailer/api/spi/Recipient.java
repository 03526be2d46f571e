// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Address;

/** One delivery of a submission: its numeric id, the address for RCPT TO, and the number of this attempt, from 1. */
public record Recipient(long deliveryId, Address address, int attempt) {
    /** The id and the attempt; the address is personal data. */
    @Override
    public String toString() {
        return "Recipient[" + deliveryId + ", attempt=" + attempt + "]";
    }
}
