// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.UnreadableException;
import java.util.Objects;

/**
 * Texts that belong to no message and may quote a server, and so an address, or hold a secret: encrypted with the ledger's key for them
 * where there is one. What was written before encryption was turned on has no mark.
 */
final class LedgerText {
    private static final String MARK = "sealed:";

    private LedgerText() {}

    static String write(Ledger ledger, String place, String text) {
        return ledger.texts == null || text.isEmpty()
                ? text
                : MARK + Objects.requireNonNull(RowKey.of(ledger.texts).write(place, text));
    }

    /** False for a text that would be encrypted if it were written now. */
    static boolean isAsWritten(Ledger ledger, String stored) {
        return ledger.texts == null || stored.isEmpty() || stored.startsWith(MARK);
    }

    /** For people: what cannot be read says so. */
    static String shown(Ledger ledger, String place, String stored) {
        try {
            return read(ledger, place, stored);
        } catch (UnreadableException e) {
            return RowKey.unreadable(e);
        }
    }

    /** @throws UnreadableException it was altered or moved */
    static String read(Ledger ledger, String place, String stored) {
        return ledger.texts == null || !stored.startsWith(MARK)
                ? stored
                : String.valueOf(RowKey.of(ledger.texts).read(place, stored.substring(MARK.length())));
    }
}
