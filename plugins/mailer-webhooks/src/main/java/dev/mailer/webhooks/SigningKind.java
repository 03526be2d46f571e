// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.Secret;
import java.security.SecureRandom;

/** What signatures are made with. */
public enum SigningKind {
    /** HMAC-SHA256: both sides have the same secret, {@code whsec_…}. */
    HMAC,
    /** Ed25519: who has the secret, {@code whsk_…}, signs; receivers verify with the public key, {@code whpk_…}. */
    ED25519;

    /** A new secret of this kind. */
    public Secret generate() {
        return generate(new SecureRandom());
    }

    Secret generate(SecureRandom random) {
        return this == HMAC ? SigningSecret.generate(random) : SigningSecret.generatePair(random);
    }

    /** That of a secret. */
    static SigningKind of(Secret secret) {
        return SigningSecret.of(secret).publicKey() == null ? HMAC : ED25519;
    }
}
