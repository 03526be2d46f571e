// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** CRAM-MD5 (RFC 2195 §2): the challenge comes back under a keyed hash (HMAC, RFC 2104). */
final class CramMd5 implements SaslExchange {
    private static final String ALGORITHM = "HmacMD5";

    private final String user;
    private final Secret password;

    CramMd5(String user, Secret password) {
        this.user = user;
        this.password = password;
    }

    @Override
    public @Nullable String initial() {
        return null;
    }

    @Override
    public String answer(String challenge) throws WireException {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(password.reveal().getBytes(StandardCharsets.UTF_8), ALGORITHM));
            byte[] digest = mac.doFinal(challenge.getBytes(StandardCharsets.ISO_8859_1));
            return user + ' ' + HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new WireException(WireException.PROTOCOL, "CRAM-MD5 is not possible here: " + e.getMessage(), e);
        }
    }
}
