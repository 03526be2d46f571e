// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.TokenSigner;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes tokens with the keys of the ledger, once the mailer runs. Thread-safe. */
final class LateTokens implements TokenSigner {
    private volatile @Nullable TokenSigner signer;

    void open(TokenSigner ofLedger) {
        this.signer = ofLedger;
    }

    @Override
    public String sign(String purpose, Bytes payload, Instant acceptedAt) {
        return opened().sign(purpose, payload, acceptedAt);
    }

    @Override
    public @Nullable Bytes verify(String purpose, String token) {
        return opened().verify(purpose, token);
    }

    @Override
    public boolean knowsKeyOf(String token) {
        TokenSigner opened = signer;
        return opened != null && opened.knowsKeyOf(token);
    }

    private TokenSigner opened() {
        TokenSigner opened = signer;
        if (opened == null) {
            throw new IllegalStateException("the mailer is not running yet");
        }
        return opened;
    }
}
