// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Secret;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DkimPrivateKeyTest {
    @ParameterizedTest
    @CsvSource({
        "dkimpy/1024_testkey.key, dkimpy/1024_testkey_wo_markers.pub.txt, 1024",
        "dkimpy/2048_testkey.key, dkimpy/2048_testkey_wo_markers.pub.txt, 2048",
        "dkimpy/2048_testkey_PKCS8.key, dkimpy/2048_testkey_PKCS8.key.pub.txt, 2048",
        "dkimpy/ed25519test.key, dkimpy/ed25519test.dns, 256",
        "dkimpy/test.private, dkimpy/test.txt, 1024",
    })
    void reads_the_forms_in_use_and_derives_the_record(String key, String record, int bits) {
        DkimPrivateKey read = DkimPrivateKey.parse(Secret.of(Corpus.text(key)));

        assertThat(read.bits()).isEqualTo(bits);
        assertThat(TagList.parse(read.record()).compact("p"))
                .isEqualTo(TagList.parse(Corpus.text(record)).compact("p"));
    }

    @Test
    void reads_the_keys_of_rfc_8463() {
        DkimPrivateKey seed = DkimPrivateKey.parse(Secret.of("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="));
        String pem = Corpus.rfcLines(
                "rfc/rfc8463-appendix-a-dkim-ed25519.txt", "-----BEGIN RSA PRIVATE KEY", "-----END RSA PRIVATE KEY");

        assertThat(seed.record()).isEqualTo("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
        assertThat(DkimPrivateKey.parse(Secret.of(pem)).bits()).isEqualTo(1024);
    }

    @ParameterizedTest
    @EnumSource
    void a_new_key_is_the_same_after_writing_and_reading(DkimAlgorithm algorithm) {
        DkimPrivateKey key = DkimPrivateKey.generate(algorithm);
        DkimPrivateKey read = DkimPrivateKey.parse(key.toPem());
        DkimPrivateKey bare = DkimPrivateKey.parse(Secret.of(
                key.toPem().reveal().replaceAll("-----[A-Z ]+-----", "").strip()));

        assertThat(key.toPem().reveal())
                .startsWith("-----BEGIN PRIVATE KEY-----\n")
                .endsWith("-----END PRIVATE KEY-----\n");
        assertThat(read.record()).isEqualTo(key.record()).isEqualTo(bare.record());
        assertThat(read.algorithm()).isEqualTo(algorithm);
        assertThat(key.bits()).isEqualTo(algorithm == DkimAlgorithm.RSA ? 2048 : 256);
        assertThat(DkimPrivateKey.generate(algorithm).record()).isNotEqualTo(key.record());
    }

    @Test
    void reads_what_the_platform_writes() throws Exception {
        for (String algorithm : new String[] {"RSA", "Ed25519"}) {
            byte[] pkcs8 = KeyPairGenerator.getInstance(algorithm)
                    .generateKeyPair()
                    .getPrivate()
                    .getEncoded();

            assertThat(DkimPrivateKey.parse(Secret.of(Base64.getEncoder().encodeToString(pkcs8)))
                            .record())
                    .contains("k=" + algorithm.toLowerCase(Locale.ROOT));
        }
    }

    @Test
    void refuses_short_keys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1016);
        Secret weak = Secret.of(Base64.getEncoder()
                .encodeToString(generator.generateKeyPair().getPrivate().getEncoded()));

        assertThatThrownBy(() -> DkimPrivateKey.parse(weak))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an RSA key of 1016 bits is too short, the least is 1024 (RFC 8301 §3.2)");
        assertThatThrownBy(() -> DkimPrivateKey.generateRsa(1024))
                .hasMessage("a new RSA key has 2048 to 4096 bits, not 1024");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | the key is empty",
                "hunter2! | the key is neither PEM nor a key in base64",
                "-----BEGIN PRIVATE KEY-----MIIE | the PEM of the key has no end: it is cut off",
                "-----BEGIN PUBLIC KEY-----AA==-----END PUBLIC KEY-----"
                        + " | this is the public key: give the private one, \"BEGIN PRIVATE KEY\"",
                "-----BEGIN CERTIFICATE-----AA==-----END CERTIFICATE-----"
                        + " | the PEM has \"CERTIFICATE\", allowed are PRIVATE KEY and RSA PRIVATE KEY",
                "-----BEGIN ENCRYPTED PRIVATE KEY-----AA==-----END ENCRYPTED PRIVATE KEY-----"
                        + " | the key is encrypted with a passphrase: give it without, as \"openssl pkey -in FILE\" prints it",
                "AAAA | the key is neither PEM nor a key in base64",
                "MIIEpAIBAAKC | malformed DER: an element of 1188 octets at octet 4 of 9",
            })
    void says_what_is_wrong_without_the_key(String text, String problem) {
        assertThatThrownBy(() -> DkimPrivateKey.parse(Secret.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(problem);
    }

    @Test
    void refuses_an_elliptic_key_and_one_whose_numbers_do_not_belong_together() throws Exception {
        byte[] ec = KeyPairGenerator.getInstance("EC")
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        byte[] rsa = Base64.getMimeDecoder()
                .decode(Corpus.text("dkimpy/2048_testkey.key").replaceAll("-----[A-Z ]+-----", ""));
        rsa[40] ^= 1;

        assertThatThrownBy(
                        () -> DkimPrivateKey.parse(Secret.of(Base64.getEncoder().encodeToString(ec))))
                .hasMessage("the key is neither RSA nor Ed25519");
        assertThatThrownBy(
                        () -> DkimPrivateKey.parse(Secret.of(Base64.getEncoder().encodeToString(rsa))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the numbers of the RSA key do not belong together");
    }

    @Test
    void prints_without_the_key() {
        assertThat(Signing.RSA).hasToString("rsa key of 2048 bits");
        assertThat(Signing.ED25519).hasToString("ed25519 key of 256 bits");
    }
}
