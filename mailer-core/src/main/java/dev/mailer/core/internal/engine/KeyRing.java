// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.TokenKeyStore.TokenKey;
import dev.mailer.core.internal.crypto.LedgerCipher;
import dev.mailer.core.internal.crypto.TokenCipher;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The keys of tokens as they were read. Immutable. */
final class KeyRing {
    static final KeyRing NONE = new KeyRing(List.of(), Set.of());

    /** Does the work for a token whose key there is none of, so that it takes no less. */
    private static final TokenCipher NOBODYS = new TokenCipher(LedgerCipher.newSecret());

    /** Those that were not revoked, newest first. */
    private final List<Held> newestFirst;

    private final Map<Integer, TokenCipher> ciphers = new HashMap<>();
    private final Set<Integer> known;

    private KeyRing(List<Held> newestFirst, Set<Integer> known) {
        this.newestFirst = newestFirst;
        this.known = known;
        newestFirst.forEach(k -> ciphers.put(k.version, k.cipher));
    }

    /** A key at hand. */
    record Held(int version, Instant validFrom, TokenCipher cipher) {}

    /** @param keys in order of version */
    static KeyRing of(List<TokenKey> keys) {
        List<Held> held = new ArrayList<>();
        Set<Integer> known = new HashSet<>();
        for (TokenKey key : keys) {
            known.add(key.version());
            var secret = key.secret();
            if (secret != null) {
                held.add(0, new Held(key.version(), key.validFrom(), new TokenCipher(secret.unsafeArray())));
            }
        }
        return new KeyRing(List.copyOf(held), known);
    }

    boolean isEmpty() {
        return newestFirst.isEmpty();
    }

    /** True also for a key that was revoked: reading again would not find it. */
    boolean knows(int version) {
        return known.contains(version);
    }

    /** The newest that was valid then; where that is gone and all before it, the oldest. There is one. */
    Held at(Instant acceptedAt) {
        for (Held key : newestFirst) {
            if (!key.validFrom.isAfter(acceptedAt)) {
                return key;
            }
        }
        return newestFirst.get(newestFirst.size() - 1);
    }

    TokenCipher toVerify(int version) {
        return ciphers.getOrDefault(version, NOBODYS);
    }
}
