// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Signatures of Project Wycheproof, good and forged, with keys as a domain publishes them. All of its vectors can be taken. */
class SignatureVectorsTest {
    @Test
    void ed25519() throws Exception {
        JsonNode vectors = vectors("ed25519_test.json");
        int run = 0;
        for (JsonNode group : vectors.path("testGroups")) {
            byte[] key = hex(group.path("publicKey").path("pk"));
            run += verify(DkimAlgorithm.ED25519, key, group);
        }
        assertThat(run).isEqualTo(vectors.path("numberOfTests").asInt()).isPositive();
    }

    @Test
    void rsa() throws Exception {
        JsonNode vectors = vectors("rsa_signature_2048_sha256_test.json");
        int run = 0;
        for (JsonNode group : vectors.path("testGroups")) {
            run += verify(DkimAlgorithm.RSA, hex(group.path("publicKeyDer")), group);
        }
        assertThat(run).isEqualTo(vectors.path("numberOfTests").asInt()).isPositive();
    }

    private static int verify(DkimAlgorithm algorithm, byte[] key, JsonNode group) throws Exception {
        KeyRecord record = KeyRecord.parse("v=DKIM1; k=" + algorithm.keyType() + "; p="
                + Base64.getEncoder().encodeToString(key));
        for (JsonNode test : group.path("tests")) {
            byte[] signed = hex(test.path("msg"));

            boolean fits = DkimVerifier.fits(
                    algorithm, record.key(), hex(test.path("sig")), octets -> octets.take(signed, 0, signed.length));

            assertThat(fits)
                    .as(test.toString())
                    .isEqualTo(test.path("result").asString().equals("valid"));
        }
        return group.path("tests").size();
    }

    private static byte[] hex(JsonNode text) {
        return HexFormat.of().parseHex(text.asString());
    }

    private static JsonNode vectors(String name) throws IOException {
        Path file = Path.of(System.getProperty("mailer.corpora", "no-corpora"), "crypto", "wycheproof", name);
        assumeTrue(Files.exists(file), "no corpus at " + file);
        return JsonMapper.shared().readTree(Files.readAllBytes(file));
    }
}
