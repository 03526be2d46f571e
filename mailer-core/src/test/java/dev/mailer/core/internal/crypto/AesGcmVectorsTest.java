// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Records made from the vectors of Project Wycheproof, good and forged: those with nonces and tags of our sizes, and with associated data that
 * are a text, as ours are.
 */
class AesGcmVectorsTest {
    private static final int NONCE_BITS = 96;
    private static final int TAG_BITS = 128;
    /** How many there are of them. */
    private static final int GOOD = 29;

    private static final int FORGED = 43;

    @Test
    void good_records_are_read_and_forged_ones_are_not() throws Exception {
        Path file = Path.of(
                System.getProperty("mailer.corpora", "no-corpora"), "crypto", "wycheproof", "aes_gcm_test.json");
        assumeTrue(Files.exists(file), "no corpus at " + file);
        int good = 0;
        int forged = 0;
        for (JsonNode group :
                JsonMapper.shared().readTree(Files.readAllBytes(file)).path("testGroups")) {
            boolean ours = group.path("ivSize").asInt() == NONCE_BITS
                    && group.path("tagSize").asInt() == TAG_BITS;
            for (JsonNode test : group.path("tests")) {
                byte[] bound = hex(test.path("aad"));
                String text = new String(bound, StandardCharsets.UTF_8);
                if (!ours || !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bound)) {
                    continue;
                }
                if (test.path("result").asString().equals("valid")) {
                    assertThat(AesGcm.DATA.decrypt(key(test), text, record(test)))
                            .as(test.toString())
                            .isEqualTo(hex(test.path("msg")));
                    good++;
                } else {
                    assertThatThrownBy(() -> AesGcm.DATA.decrypt(key(test), text, record(test)))
                            .as(test.toString())
                            .isInstanceOf(GeneralSecurityException.class);
                    forged++;
                }
            }
        }
        assertThat(good).isEqualTo(GOOD);
        assertThat(forged).isEqualTo(FORGED);
    }

    private static SecretKey key(JsonNode test) {
        return AesGcm.key(hex(test.path("key")));
    }

    private static byte[] record(JsonNode test) {
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.write(1);
        record.writeBytes(hex(test.path("iv")));
        record.writeBytes(hex(test.path("ct")));
        record.writeBytes(hex(test.path("tag")));
        return record.toByteArray();
    }

    private static byte[] hex(JsonNode text) {
        return HexFormat.of().parseHex(text.asString());
    }
}
