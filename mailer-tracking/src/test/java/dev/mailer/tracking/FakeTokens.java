// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.TokenSigner;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Tokens that are signed and can be read; those of the engine can not. */
public final class FakeTokens implements TokenSigner {
    private static final int MAC = 16;

    /** The mailer does not run yet. */
    public boolean away;

    @Override
    public String sign(String purpose, Bytes payload, Instant acceptedAt) {
        byte[] body = payload.toByteArray();
        byte[] all = Arrays.copyOf(mac(purpose, body), MAC + body.length);
        System.arraycopy(body, 0, all, MAC, body.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    }

    @Override
    public @Nullable Bytes verify(String purpose, String token) {
        if (away) {
            throw new IllegalStateException("the mailer is not running yet");
        }
        byte[] all;
        try {
            all = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return null;
        }
        boolean canonical =
                Base64.getUrlEncoder().withoutPadding().encodeToString(all).equals(token);
        if (all.length < MAC || !canonical) {
            return null;
        }
        byte[] body = Arrays.copyOfRange(all, MAC, all.length);
        return MessageDigest.isEqual(mac(purpose, body), Arrays.copyOf(all, MAC)) ? Bytes.wrap(body) : null;
    }

    @Override
    public boolean knowsKeyOf(String token) {
        return token.equals("known");
    }

    private static byte[] mac(String purpose, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(purpose.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Arrays.copyOf(mac.doFinal(body), MAC);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
