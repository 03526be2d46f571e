// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api.spi;

import dev.mailer.api.Experimental;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of the ledger's tokens, the same for all of its nodes. Encrypted at rest where anything is. Thread-safe. */
@Experimental
public interface TokenKeyStore {
    /**
     * A key.
     *
     * @param version from 1; a higher one is newer
     * @param validFrom tokens of mail that was accepted from then on are made with it
     * @param secret 32 random bytes; null for one that was revoked
     */
    record TokenKey(
            int version, Instant validFrom, @Nullable Bytes secret) {
        public boolean isRevoked() {
            return secret == null;
        }

        @Override
        public String toString() {
            return "TokenKey[" + version + ", validFrom=" + validFrom + (isRevoked() ? ", revoked]" : "]");
        }
    }

    /** All that there ever were, in order of version. */
    List<TokenKey> all();

    /** Adds a key; false, and nothing has changed, when one of that version is there. */
    boolean add(TokenKey key);

    /** Forgets the secret of a key for good; false when there is none to forget. */
    boolean revoke(int version);
}
