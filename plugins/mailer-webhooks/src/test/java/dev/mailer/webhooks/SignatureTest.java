// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Secret;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class SignatureTest {
    /** RFC 8032 §7.1, test 1: seed and public key. */
    private static final String SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

    private static final String PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    @Test
    void signatures_are_those_of_the_published_vectors() throws Exception {
        int checked = 0;
        for (JsonNode vector : Corpora.json("webhooks/signatures/vectors.json")) {
            String scheme = vector.get("scheme").asString();
            if (!scheme.startsWith("standard-webhooks-v1") && !scheme.startsWith("resend-svix")) {
                continue;
            }
            String id = null;
            String timestamp = null;
            String signature = null;
            for (Map.Entry<String, JsonNode> h : vector.get("headers").properties()) {
                String name = h.getKey().toLowerCase(java.util.Locale.ROOT);
                String value = h.getValue().asString();
                id = name.endsWith("-id") ? value : id;
                timestamp = name.endsWith("-timestamp") ? value : timestamp;
                signature = name.endsWith("-signature") ? value : signature;
            }
            String made = SigningSecret.of(Secret.of(vector.get("secret").asString()))
                    .sign(id, Long.parseLong(timestamp), utf8(vector.get("body").asString()));
            assertThat(signature.split(" ")).as(vector.toString()).contains(made);
            checked++;
        }
        assertThat(checked).isGreaterThanOrEqualTo(4);
    }

    @Test
    void one_vector_of_svix() {
        assertThat(SigningSecret.of(Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
                        .sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, utf8("{\"test\": 2432232314}")))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void an_ed25519_pair_signs_what_its_public_key_verifies() throws Exception {
        byte[] pair = HexFormat.of().parseHex(SEED + PUBLIC);
        SigningSecret secret =
                SigningSecret.of(Secret.of("whsk_" + Base64.getEncoder().encodeToString(pair)));

        String signature = secret.sign("msg_1", 1700000000, utf8("{}"));

        byte[] spki = HexFormat.of().parseHex("302a300506032b6570032100" + PUBLIC);
        PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki));
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(key);
        verifier.update(utf8("msg_1.1700000000.{}"));
        assertThat(signature).startsWith("v1a,");
        assertThat(verifier.verify(Base64.getDecoder().decode(signature.substring(4))))
                .isTrue();
        assertThat(secret.publicKey())
                .isEqualTo("whpk_"
                        + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(PUBLIC)));
    }

    @Test
    void a_secret_that_is_made_can_be_used() {
        Secret secret = SigningKind.HMAC.generate();

        assertThat(secret.reveal()).startsWith("whsec_");
        assertThat(SigningSecret.of(secret).publicKey()).isNull();
        assertThat(SigningKind.of(secret)).isEqualTo(SigningKind.HMAC);
    }

    @Test
    void the_halves_of_a_pair_that_is_made_belong_together() throws Exception {
        Secret secret = SigningKind.ED25519.generate();

        assertThat(secret.reveal()).startsWith("whsk_");
        assertThat(SigningKind.of(secret)).isEqualTo(SigningKind.ED25519);
        assertThat(SigningKind.ED25519.generate()).isNotEqualTo(secret);
        SigningSecret signing = SigningSecret.of(secret);
        byte[] point = Base64.getDecoder()
                .decode(Objects.requireNonNull(signing.publicKey()).substring("whpk_".length()));
        byte[] spki = HexFormat.of()
                .parseHex("302a300506032b6570032100" + HexFormat.of().formatHex(point));
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki)));
        verifier.update(utf8("msg_1.1700000000.{}"));
        assertThat(verifier.verify(Base64.getDecoder()
                        .decode(signing.sign("msg_1", 1700000000, utf8("{}")).substring(4))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "whsec_", "whsec_!", "whsec_AAAA", "whsk_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
    void what_is_no_secret_is_refused_and_not_shown(String text) {
        assertThatThrownBy(() -> SigningSecret.of(Secret.of(text)))
                .isInstanceOf(InvalidWebhookException.class)
                .hasMessage("secret: must be whsec_ and 24 to 64 octets in base64, or whsk_ and the 64 octets of an"
                        + " Ed25519 key pair");
    }

    /** Public key and its id as Postal computes it. */
    @Test
    void the_id_of_a_postal_key_is_that_of_postal() throws Exception {
        String spki =
                "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArneJeWEb/4G8BmlnK6wXuwnVrEM3KrLp+OPZs2AeUQeWZ3QX3KUjrHPKY9yLaqK10crtiIMLhuY2opm6D8pC2cdYMlJsdIHJhatLBGxpAlOIQV5dJ+hoN2DKkbO9lbO7P/YRzWqhy88FDwszGVC3Dqkcf5J0VYTm96QycgNsVeWsmdImSBSXk14e6XgF/P2uyuWgkAC3U9+QtKTSlxL06CAneLwa0KEUJSaADX+sB59lNtbq6Fa1tgLOtol43vgM/+Pq/sKKUO9E0JRWfdp9LcK/LPPqjrsIPZDQa7KrPGtOo5SXsM++dWuD8PRZa13/Y9sbhEXCTBcfTSZt8UYrSwIDAQAB";
        RSAPublicKey key = (RSAPublicKey) KeyFactory.getInstance("RSA")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(spki)));

        assertThat(key.getPublicExponent()).isEqualTo(BigInteger.valueOf(65537));
        assertThat(PostalKey.id(key)).isEqualTo("3ee51eac150d73a107e6d010bc8a4241ecbb910b72a306e828980353f0e6ae0a");
    }

    @Test
    void postal_s_headers_verify_with_the_public_key() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        PostalKey key = PostalKey.of(Secret.of(pem));
        byte[] body = utf8("{\"event\":\"MessageSent\"}");

        Map<String, String> headers = key.headers(body);

        assertThat(key.publicKey().text())
                .isEqualTo(Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()));
        for (String[] one :
                new String[][] {{"X-Postal-Signature", "SHA1withRSA"}, {"X-Postal-Signature-256", "SHA256withRSA"}}) {
            Signature verifier = Signature.getInstance(one[1]);
            verifier.initVerify(pair.getPublic());
            verifier.update(body);
            assertThat(verifier.verify(Base64.getDecoder().decode(headers.get(one[0]))))
                    .isTrue();
        }
        assertThat(headers.get("X-Postal-Signature-KID")).isEqualTo(PostalKey.id((RSAPublicKey) pair.getPublic()));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
