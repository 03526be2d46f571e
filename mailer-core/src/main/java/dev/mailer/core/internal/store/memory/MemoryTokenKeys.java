// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import dev.mailer.api.spi.TokenKeyStore;
import java.util.List;
import java.util.TreeMap;

/** The keys of tokens, which end with the process. Guarded by the ledger's lock. */
final class MemoryTokenKeys implements TokenKeyStore {
    private final MemoryLedger ledger;
    private final TreeMap<Integer, TokenKey> keys = new TreeMap<>();

    MemoryTokenKeys(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    public List<TokenKey> all() {
        return ledger.locked(() -> List.copyOf(keys.values()));
    }

    @Override
    public boolean add(TokenKey key) {
        return ledger.locked(() -> keys.putIfAbsent(key.version(), key) == null);
    }

    @Override
    public boolean revoke(int version) {
        return ledger.locked(() -> {
            TokenKey key = keys.get(version);
            if (key == null || key.isRevoked()) {
                return false;
            }
            keys.put(version, new TokenKey(version, key.validFrom(), null));
            return true;
        });
    }
}
