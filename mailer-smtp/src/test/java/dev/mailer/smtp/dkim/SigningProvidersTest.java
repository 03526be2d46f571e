// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import static dev.mailer.smtp.dkim.Signing.AT;
import static dev.mailer.smtp.dkim.Signing.ED25519;
import static dev.mailer.smtp.dkim.Signing.MAIL;
import static dev.mailer.smtp.dkim.Signing.RSA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.Provider;
import java.security.Security;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bouncy Castle, Conscrypt and Amazon's provider are on the class path of the tests, the last two with code for this platform. */
class SigningProvidersTest {
    @Test
    void takes_the_fastest_that_is_present_and_installs_none() throws Exception {
        List<Provider> before = List.of(Security.getProviders());

        assertThat(SigningProviders.choose(ED25519, null).providerName()).isEqualTo("BC");
        String rsa = SigningProviders.choose(RSA, null).providerName();
        if (isLinuxOnIntel()) {
            assertThat(rsa).isEqualTo("AmazonCorrettoCryptoProvider");
        } else {
            assertThat(rsa).isIn("Conscrypt", "SunRsaSign");
        }
        assertThat(Security.getProviders()).containsExactlyElementsOf(before);
    }

    @ParameterizedTest
    @CsvSource({
        "RSA, com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider",
        "RSA, org.conscrypt.OpenSSLProvider",
        "RSA, org.bouncycastle.jce.provider.BouncyCastleProvider",
        "ED25519, org.bouncycastle.jce.provider.BouncyCastleProvider",
    })
    void all_providers_give_the_same_signature(DkimAlgorithm algorithm, String className) throws Exception {
        Assumptions.assumeTrue(
                isLinuxOnIntel() || className.contains("bouncycastle"), "no native code for this platform");
        Provider provider = Class.forName(className)
                .asSubclass(Provider.class)
                .getDeclaredConstructor()
                .newInstance();
        DkimPrivateKey key = algorithm == DkimAlgorithm.RSA ? RSA : ED25519;
        Provider platform = Security.getProvider(algorithm == DkimAlgorithm.RSA ? "SunRsaSign" : "SunEC");

        DkimSigner signer = signer(key, provider);

        assertThat(signer.toString()).contains("signed by " + provider.getName());
        assertThat(Signing.fields(signer, "example.com", AT, MAIL))
                .isEqualTo(Signing.fields(signer(key, platform), "example.com", AT, MAIL));
    }

    @Test
    void a_provider_that_cannot_sign_with_the_key_is_refused() {
        assertThatThrownBy(() -> signer(ED25519, Security.getProvider("SunRsaSign")))
                .hasMessageStartingWith(
                        "dkim.example.com.s1: SunRsaSign cannot sign with this ed25519 key of 256 bits: ");
    }

    private static DkimSigner signer(DkimPrivateKey key, Provider provider) {
        return DkimSigner.builder()
                .key("example.com", "s1", key.toPem())
                .provider(provider)
                .build();
    }

    private static boolean isLinuxOnIntel() {
        return System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
    }
}
