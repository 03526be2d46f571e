// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Signature;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A key with the provider that signs fastest with it. Keeps initialised signatures, no more than there were callers at a time.
 * Thread-safe.
 */
final class SigningKey {
    private final SigningProviders.Choice choice;
    private final String description;
    private final Queue<Signature> idle = new ConcurrentLinkedQueue<>();

    /** @param provider signs; null for the fastest that is present */
    SigningKey(DkimPrivateKey key, @Nullable Provider provider) {
        this.choice = SigningProviders.choose(key, provider);
        try {
            this.description = key + " signed by " + choice.providerName();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the " + key + " cannot be used: " + e.getMessage());
        }
    }

    DkimAlgorithm algorithm() {
        return choice.algorithm();
    }

    /**
     * Signs the parts, one after the other. Ed25519 signs their SHA-256 (RFC 8463 §3).
     *
     * @throws IOException the provider failed; another time it may not
     */
    byte[] sign(byte[]... parts) throws IOException {
        try {
            Signature signature = idle.poll();
            if (signature == null) {
                signature = choice.newSignature();
            }
            if (choice.algorithm() == DkimAlgorithm.ED25519) {
                signature.update(Sha256.of(parts));
            } else {
                for (byte[] part : parts) {
                    signature.update(part);
                }
            }
            byte[] signed = signature.sign();
            // One that failed is not kept: its state is unknown.
            idle.offer(signature);
            return signed;
        } catch (GeneralSecurityException | ProviderException e) {
            throw new IOException("DKIM signing with the " + description + " failed: " + e.getMessage(), e);
        }
    }

    /** Kind, size and provider. */
    @Override
    public String toString() {
        return description;
    }
}
