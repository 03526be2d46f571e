// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.FieldCipher;
import dev.mailer.api.spi.FieldCipher.DataKey;
import dev.mailer.core.internal.crypto.MasterKeys;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What all statements on one database share. Thread-safe. */
final class Ledger {
    final Dialect dialect;
    final FieldCipher cipher;
    final LaneIds lanes = new LaneIds();
    final MessageKeys keys;
    /** For texts that belong to no message; null where nothing is encrypted. */
    final @Nullable DataKey texts;

    /** What data keys are wrapped with; null where nothing is encrypted. */
    final @Nullable MasterKeys masters;

    /** Whether idempotency keys may be there from before encryption was turned on. */
    volatile boolean plainKeys;

    final Ids ids;
    /** Numbers that nodes were given here. */
    final Set<Long> nodesHere = ConcurrentHashMap.newKeySet();

    /** One in the clear. */
    Ledger(Dialect dialect, FieldCipher cipher) {
        this(dialect, cipher, null, null, false);
    }

    Ledger(
            Dialect dialect,
            FieldCipher cipher,
            @Nullable DataKey texts,
            @Nullable MasterKeys masters,
            boolean plainKeys) {
        this.dialect = dialect;
        this.cipher = cipher;
        this.texts = texts;
        this.masters = masters;
        this.plainKeys = plainKeys;
        this.keys = new MessageKeys(cipher, lanes, dialect);
        this.ids = new Ids(dialect);
    }

    /** A new event's id. */
    long eventId(Statements statements) throws SQLException {
        return dialect.nextEvent(statements, ids);
    }
}
