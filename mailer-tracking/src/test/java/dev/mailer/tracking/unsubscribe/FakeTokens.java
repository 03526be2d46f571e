// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.TokenSigner;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Tokens that cannot be changed; what they carry can be read. */
final class FakeTokens implements TokenSigner {
    private static final int MAC = 16;

    boolean away;

    @Override
    public String sign(String purpose, Bytes payload, Instant acceptedAt) {
        byte[] bytes = payload.toByteArray();
        byte[] all = Arrays.copyOf(bytes, bytes.length + MAC);
        System.arraycopy(mac(purpose, bytes), 0, all, bytes.length, MAC);
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
        if (all.length < MAC
                || !token.equals(Base64.getUrlEncoder().withoutPadding().encodeToString(all))) {
            return null;
        }
        byte[] payload = Arrays.copyOf(all, all.length - MAC);
        byte[] mac = Arrays.copyOfRange(all, all.length - MAC, all.length);
        return Arrays.equals(mac, mac(purpose, payload)) ? Bytes.wrap(payload) : null;
    }

    private static byte[] mac(String purpose, byte[] payload) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec("for tests".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update(purpose.getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(mac.doFinal(payload), MAC);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
