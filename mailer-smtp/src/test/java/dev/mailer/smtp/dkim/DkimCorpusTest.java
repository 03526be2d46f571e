// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Secret;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mails and keys with which others test their signers: ours signs them, and the result verifies. */
class DkimCorpusTest {
    /** When the mail of mailauth was signed. */
    private static final long THEN = 1_528_637_909L;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "test.message",
                "ed25519test.msg",
                "test_extra.message",
                "test_nofrom.message",
                "rfc6376.msg",
                "rfc6376.w1258.msg"
            })
    void the_mails_of_dkimpy_verify_when_they_are_signed(String name) {
        String mail = mail("dkimpy/" + name);
        DkimSigner signer = DkimSigner.builder()
                .key("example.com", "test", key("dkimpy/test.private"))
                .key("example.com", "ed25519test", key("dkimpy/ed25519test.key"))
                .build();
        Map<String, String> records = Map.of(
                "test._domainkey.example.com", Corpus.text("dkimpy/test.txt"),
                "ed25519test._domainkey.example.com", Corpus.text("dkimpy/ed25519test.dns"));

        String signed = Signing.signed(signer, "example.com", mail);

        assertThat(Signing.verify(signed, records))
                .extracting(DkimResult::toString)
                .containsExactly(
                        "pass (rsa-sha256, d=example.com, s=test)",
                        "pass (ed25519-sha256, d=example.com, s=ed25519test)");
        assertThat(Signing.verify("From: eve@example.net\r\n" + signed, records))
                .as("with a From added, also where there was none")
                .hasSize(2)
                .noneMatch(result -> result.status() == DkimStatus.PASS);
    }

    /** "Degenerate folding is ugly but legal". */
    @Test
    void a_signature_that_is_folded_within_its_tags_passes() {
        String p = Corpus.text("mimekit/gmail.pub").replaceAll("-----[A-Z ]+-----|\\s", "");

        assertThat(Signing.verify(
                        mail("dkimpy/test2.message"), Map.of("20120113._domainkey.gmail.com", "k=rsa; p=" + p)))
                .extracting(DkimResult::toString)
                .containsExactly("pass (rsa-sha256, d=gmail.com, s=20120113)");
    }

    /** Its key is not published any more; the hash of its body tells without one, before the signature is looked at. */
    @Test
    void the_body_of_a_simple_signature_is_hashed_as_its_signer_did() {
        String mail = mail("dkimpy/message.mbox");
        Map<String, String> another = Map.of("2007-00._domainkey.kitterman.com", Corpus.text("dkimpy/test.txt"));

        assertThat(Signing.verify(mail, Map.of()))
                .extracting(DkimResult::reason)
                .contains("there is no key at 2007-00._domainkey.kitterman.com");
        assertThat(Signing.verify(mail, another))
                .extracting(DkimResult::reason)
                .containsExactly("a signed field was changed, or the key is another: the signature does not fit");
        assertThat(Signing.verify(mail + "one line more\r\n", another))
                .extracting(DkimResult::reason)
                .containsExactly("the body was changed: its hash is not bh=");
    }

    /** With both keys and at the instant of the sample, whose DNS answers have to do. */
    @Test
    void the_keys_and_answers_of_mailauth_belong_together() {
        String sample = Corpus.text("mailauth/signed.eml");
        String mail = sample.substring(sample.indexOf("From: "));
        DkimSigner signer = DkimSigner.builder()
                .key("football.example.com", "test", key("mailauth/private-rsa.key"))
                .key("football.example.com", "brisbane", key("mailauth/private-ec.key"))
                .build();
        Map<String, String> records = Map.of(
                "brisbane._domainkey.football.example.com", answer("brisbane._domainkey.football.example.com"),
                "test._domainkey.football.example.com", answer("test._domainkey.football.example.com"));

        String fields = Signing.fields(signer, "football.example.com", THEN, mail);

        assertThat(fields).contains("t=" + THEN);
        assertThat(bodyHashes(fields)).hasSize(2).isEqualTo(bodyHashes(sample));
        assertThat(Signing.verify((fields + sample).getBytes(ISO_8859_1), records, THEN))
                .as("ours and theirs")
                .hasSize(4)
                .allMatch(result -> result.status() == DkimStatus.PASS);
    }

    @ParameterizedTest
    @CsvSource({
        "mimekit/example.pem, mimekit/example.pub",
        "dkimpy/test2.private, dkimpy/test2.txt",
        "dkimpy/rfc8032_7_1.key, mail-auth/001.txt"
    })
    void pairs_of_keys_sign_and_verify(String privateKey, String publicKey) {
        DkimPrivateKey key = DkimPrivateKey.parse(key(privateKey));
        DkimSigner signer =
                DkimSigner.builder().key("example.com", "s1", key.toPem()).build();
        String theirs = Corpus.text(publicKey);
        String record = publicKey.endsWith(".pub")
                ? "p=" + theirs.replaceAll("-----[A-Z ]+-----|\\s", "")
                : theirs.lines().findFirst().orElseThrow().replaceFirst("^\\S+ v=", "v=");

        assertThat(Signing.verify(
                        Signing.signed(signer, "example.com", Signing.MAIL),
                        Map.of("s1._domainkey.example.com", record)))
                .extracting(DkimResult::status)
                .containsExactly(DkimStatus.PASS);
    }

    private static Secret key(String name) {
        return DkimPrivateKey.secretOf(Corpus.bytes(name));
    }

    /** With the line ends of the wire. */
    private static String mail(String name) {
        return Corpus.text(name).replace("\r\n", "\n").replace("\n", "\r\n");
    }

    /** The strings of a TXT record in the sample's JSON, put together. */
    private static String answer(String name) {
        String json = Corpus.text("mailauth/dns.json");
        int at = json.indexOf('"' + name + '"');
        String record = json.substring(json.indexOf("\"TXT\":", at) + 6, json.indexOf('}', at));
        StringBuilder text = new StringBuilder();
        Pattern.compile("\"([^\"]*)\"").matcher(record).results().forEach(r -> text.append(r.group(1)));
        return text.toString();
    }

    private static List<String> bodyHashes(String fields) {
        return Pattern.compile("bh=([^;]+);")
                .matcher(fields)
                .results()
                .map(MatchResult::group)
                .toList();
    }
}
