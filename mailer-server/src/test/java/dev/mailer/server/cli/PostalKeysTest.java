// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.server.config.Settings;
import dev.mailer.server.config.SettingsReader;
import dev.mailer.server.http.Json;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Receivers that were written for Postal find the key where Postal has it, without a key of the API. */
class PostalKeysTest {
    @TempDir
    private Path folder;

    @Test
    void the_public_key_is_published_as_postal_does() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        Settings settings = SettingsReader.read(
                null,
                Map.of(),
                Map.of(
                        "data",
                        folder.toString(),
                        "server.port",
                        "0",
                        "webhooks.postal.key",
                        Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded())));
        try (Installation server = Installation.start(settings, InstantSource.system())) {
            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(server.url() + "/.well-known/jwks.json"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(200);
            JsonNode key = Json.MAPPER.readTree(response.body()).at("/keys/0");
            RSAPublicKey expected = (RSAPublicKey) pair.getPublic();
            assertThat(number(key.path("n"))).isEqualTo(expected.getModulus());
            assertThat(number(key.path("e"))).isEqualTo(expected.getPublicExponent());
            assertThat(key.path("kty").asString()).isEqualTo("RSA");
            assertThat(key.path("use").asString()).isEqualTo("sig");
            assertThat(key.path("alg").asString()).isEqualTo("RS256");
            assertThat(key.path("kid").asString()).matches("[0-9a-f]{64}");
        }
    }

    private static BigInteger number(JsonNode text) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(text.asString()));
    }
}
