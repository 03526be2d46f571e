// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** How a receiver verifies a webhook without a library, on a published example. */
class SignedWebhookTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final Instant SENT = Instant.ofEpochSecond(1614265330);
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    // tag::webhooks-verify[]
    static boolean isGenuine(String secret, String id, String timestamp, String signatures, byte[] body, Instant now)
            throws GeneralSecurityException {
        Instant sent = Instant.ofEpochSecond(Long.parseLong(timestamp));
        if (Duration.between(sent, now).abs().compareTo(Duration.ofMinutes(5)) > 0) {
            return false;
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
        mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        byte[] expected =
                ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8);
        for (String signature : signatures.split(" ", -1)) {
            if (MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8))) {
                return true;
            }
        }
        return false;
    }
    // end::webhooks-verify[]

    @Test
    void a_genuine_webhook_is_told_from_others() throws Exception {
        assertThat(isGenuine(SECRET, ID, "1614265330", "v1,other " + SIGNATURE, BODY, SENT))
                .isTrue();
        assertThat(isGenuine(SECRET, ID, "1614265331", SIGNATURE, BODY, SENT)).isFalse();
        assertThat(isGenuine(SECRET, "msg_2", "1614265330", SIGNATURE, BODY, SENT))
                .isFalse();
        assertThat(isGenuine(SECRET, ID, "1614265330", SIGNATURE, new byte[0], SENT))
                .isFalse();
        assertThat(isGenuine(SECRET, ID, "1614265330", SIGNATURE, BODY, SENT.plusSeconds(301)))
                .isFalse();
    }
}
