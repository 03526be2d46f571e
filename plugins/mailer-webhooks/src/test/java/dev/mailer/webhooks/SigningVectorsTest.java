// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Secret;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The vectors of Project Wycheproof for HMAC-SHA256 whose keys are as long as secrets may be, and whose tags are whole. */
class SigningVectorsTest {
    private static final int TAG_BITS = 256;
    private static final int LEAST_KEY_BITS = 24 * 8;
    private static final int MOST_KEY_BITS = 64 * 8;
    /** How many there are of them. */
    private static final int GOOD = 15;

    private static final int FORGED = 25;

    @Test
    void what_is_signed_has_the_tag_of_good_vectors_and_of_no_forged_one() throws Exception {
        int good = 0;
        int forged = 0;
        for (JsonNode group :
                Corpora.json("crypto/wycheproof/hmac_sha256_test.json").path("testGroups")) {
            int bits = group.path("keySize").asInt();
            if (group.path("tagSize").asInt() != TAG_BITS || bits < LEAST_KEY_BITS || bits > MOST_KEY_BITS) {
                continue;
            }
            for (JsonNode test : group.path("tests")) {
                SigningSecret secret = SigningSecret.of(Secret.of("whsec_" + base64(hex(test.path("key")))));
                byte[] message = hex(test.path("msg"));
                int half = message.length / 2;

                String signature =
                        secret.sign(Arrays.copyOf(message, half), Arrays.copyOfRange(message, half, message.length));

                boolean valid = test.path("result").asString().equals("valid");
                assertThat(signature.equals("v1," + base64(hex(test.path("tag")))))
                        .as(test.toString())
                        .isEqualTo(valid);
                good += valid ? 1 : 0;
                forged += valid ? 0 : 1;
            }
        }
        assertThat(good).isEqualTo(GOOD);
        assertThat(forged).isEqualTo(FORGED);
    }

    private static byte[] hex(JsonNode text) {
        return HexFormat.of().parseHex(text.asString());
    }

    private static String base64(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }
}
