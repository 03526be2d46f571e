// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.mailer.api.Secret;
import org.junit.jupiter.api.Tag;

@Tag("fuzz")
class DkimFuzzTest {
    private static final DkimSigner SIGNER = DkimSigner.builder()
            .key("example.com", "e1", Signing.ED25519.toPem())
            .build();

    @DictionaryEntries({
        "DKIM-Signature: v=1; a=ed25519-sha256; d=example.com; s=e1; h=from; bh=AA==; b=AA==\\x0d\\x0a",
        "l=1; ",
        "c=relaxed/simple; ",
        "t=1; x=2; ",
        "From: a@example.com\\x0d\\x0a",
        "\\x0d\\x0a\\x0d\\x0a",
        " \\x0d\\x0a",
        "\\x0d",
        "v=DKIM1; k=ed25519; p=",
        "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ",
        "-----BEGIN PRIVATE KEY-----",
        "-----END PRIVATE KEY-----",
        "MIIEpAIBAAKCAQEA",
        "MC4CAQAwBQYDK2VwBCIEI"
    })
    @FuzzTest(maxDuration = "1m")
    void anything_is_read_or_refused_and_what_is_signed_verifies_as_it_is_sent(byte[] octets) {
        String mail = new String(octets, ISO_8859_1);
        readRecord(mail);
        readKey(mail);
        Signing.verify(mail, Signing.records())
                .forEach(result -> assertThat(result.reason()).doesNotContain("\n"));

        String fields = Signing.fields(SIGNER, "example.com", Signing.AT, "From: a@example.com\r\n" + mail);
        String sent = ("From: a@example.com\r\n" + mail).replaceAll("\r\n|\r|\n", "\r\n");
        assertThat(Signing.verify(fields + sent, Signing.records()).get(0).status())
                .isEqualTo(DkimStatus.PASS);
    }

    private static void readRecord(String record) {
        try {
            assertThat(KeyRecord.parse(record).bits()).isBetween(256, 8192);
        } catch (VerificationException e) {
            assertThat(e.status()).isEqualTo(DkimStatus.PERMERROR);
        }
    }

    private static void readKey(String key) {
        try {
            assertThat(DkimPrivateKey.parse(Secret.of(key)).bits()).isPositive();
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageNotContaining("\n");
        }
    }
}
