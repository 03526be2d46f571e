// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.TokenSigner;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes tokens with the keys of the ledger, once the mailer runs. Thread-safe. */
final class LateTokens implements TokenSigner {
    private final Late<TokenSigner> ledger = new Late<>();

    void open(TokenSigner ofLedger) {
        ledger.open(ofLedger);
    }

    @Override
    public String sign(String purpose, Bytes payload, Instant acceptedAt) {
        return ledger.get().sign(purpose, payload, acceptedAt);
    }

    @Override
    public @Nullable Bytes verify(String purpose, String token) {
        return ledger.get().verify(purpose, token);
    }

    @Override
    public boolean knowsKeyOf(String token) {
        return ledger.isOpen() && ledger.get().knowsKeyOf(token);
    }
}
