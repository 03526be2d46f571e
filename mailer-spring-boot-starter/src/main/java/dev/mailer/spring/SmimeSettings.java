// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * S/MIME: the properties {@code smime.*}.
 *
 * @param identities Who signs, by a name that is the domain unless a sender is given.
 * @param certificates The folder of certificates that mail is encrypted for.
 * @param secret What the keys of encrypted mail are derived from, at least 32 random characters; the same on all nodes.
 * @param missing What happens to mail for a recipient without a certificate: refuse or send.
 * @param encryption How content is encrypted: aes-128-cbc or aes-256-gcm.
 */
public record SmimeSettings(
        @Nullable Map<String, Identity> identities,
        @Nullable String certificates,
        @Nullable String secret,
        @Nullable String missing,
        @Nullable String encryption) {
    /** The secret is not shown. */
    @Override
    public String toString() {
        return "SmimeSettings[identities=" + identities + ", certificates=" + certificates + "]";
    }

    /**
     * Who signs.
     *
     * @param sender The address, or the domain, whose mail it signs; the name by default.
     * @param key The private key and the certificates: PEM, or with a passphrase PKCS#12 in base64.
     * @param keyFile The file or class path location that has them.
     * @param passphrase The passphrase of PKCS#12.
     */
    public record Identity(
            @Nullable String sender,
            @Nullable String key,
            @Nullable String keyFile,
            @Nullable String passphrase) {
        /** The key is not shown. */
        @Override
        public String toString() {
            return "Identity[sender=" + sender + "]";
        }
    }
}
