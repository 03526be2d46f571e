// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.UnreadableException;
import java.util.Objects;

/** Why a queue is parked, which may quote a server, and so an address. What was written before encryption was turned on has no mark. */
final class ParkingText {
    private static final String MARK = "sealed:";

    private ParkingText() {}

    static String write(Ledger ledger, long stream, String domain, String reason) {
        return ledger.texts == null || reason.isEmpty()
                ? reason
                : MARK + Objects.requireNonNull(RowKey.of(ledger.texts).write(Places.parking(stream, domain), reason));
    }

    static String read(Ledger ledger, long stream, String domain, String stored) {
        if (ledger.texts == null || !stored.startsWith(MARK)) {
            return stored;
        }
        try {
            return String.valueOf(
                    RowKey.of(ledger.texts).read(Places.parking(stream, domain), stored.substring(MARK.length())));
        } catch (UnreadableException e) {
            return RowKey.unreadable(e);
        }
    }
}
