// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import static dev.mailer.smtp.dkim.Signing.AT;
import static dev.mailer.smtp.dkim.Signing.MAIL;
import static dev.mailer.smtp.dkim.Signing.RSA;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Secret;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DkimVerifierTest {
    private static final String FOOTBALL = "brisbane._domainkey.football.example.com";
    private static final String FOOTBALL_RSA = "test._domainkey.football.example.com";

    @ParameterizedTest
    @ValueSource(strings = {"001", "004", "006"})
    void the_last_signature_of_the_mail_auth_samples_passes(String number) {
        String text = Corpus.text("mail-auth/" + number + ".txt");
        int blank = text.indexOf("\n\n");
        Map<String, String> records = new HashMap<>();
        text.substring(0, blank).lines().forEach(line -> {
            int space = line.indexOf(' ');
            records.put(line.substring(0, space), line.substring(space + 1));
        });

        List<DkimResult> results = Signing.verify(
                text.substring(blank + 2).replace("\n", "\r\n").getBytes(ISO_8859_1), records, 1_667_843_664L);

        assertThat(results).isNotEmpty();
        assertThat(results.get(results.size() - 1).status())
                .as(results.toString())
                .isEqualTo(DkimStatus.PASS);
    }

    @Test
    void the_samples_of_rfc_8463_pass_wherever_they_come_from() {
        for (String message : List.of(
                Corpus.rfcLines("rfc/rfc8463-appendix-a-dkim-ed25519.txt", "DKIM-Signature: v=1", "Joe."),
                Corpus.text("mimekit/rfc8463-example.msg"),
                Corpus.text("mailauth/signed.eml"))) {
            assertThat(Signing.verify(message, footballRecords()))
                    .extracting(DkimResult::status)
                    .containsExactly(DkimStatus.PASS, DkimStatus.PASS);
        }
    }

    @Test
    void the_sample_of_rfc_6376_passes() {
        String message = Corpus.rfcLines("rfc/rfc6376-appendix-a-dkim.txt", "DKIM-Signature: v=1", "Joe.");
        // The signature is simple, and the layout of the RFC has a blank more or less than what was signed.
        message = message.replace("\r\n     ", "\r\n      ").replace("game.  Are", "game. Are");
        String key = Corpus.text("rfc/rfc6376-appendix-c-key.txt");
        Matcher p = Pattern.compile("BEGIN PUBLIC KEY-----(.*?)-----END", Pattern.DOTALL)
                .matcher(key);
        assertThat(p.find()).isTrue();

        assertThat(Signing.verify(
                        message,
                        Map.of(
                                "brisbane._domainkey.example.com",
                                "v=DKIM1; p=" + p.group(1).replaceAll("\\s", ""))))
                .extracting(DkimResult::toString)
                .containsExactly("pass (rsa-sha256, d=example.com, s=brisbane)");
    }

    @ParameterizedTest
    @CsvSource({"rfc6376.signed.msg, 2", "rfc6376.signed.rsa.msg, 1"})
    void the_simple_signatures_of_dkimpy_pass(String name, int signatures) {
        assertThat(Signing.verify(Corpus.text("dkimpy/" + name), footballRecords()))
                .hasSize(signatures)
                .allMatch(result -> result.status() == DkimStatus.PASS);
    }

    @Test
    void the_signature_of_exim_passes() {
        assertThat(Signing.verify(
                        Corpus.text("dkimpy/ed25519test2.msg"),
                        Map.of("sed._domainkey.test.ex", Corpus.text("dkimpy/eximtest.dns"))))
                .extracting(DkimResult::toString)
                .containsExactly("pass (ed25519-sha256, d=test.ex, s=sed)");
    }

    @Test
    void the_signature_of_gmail_passes() {
        String p = Corpus.text("mimekit/gmail.pub").replaceAll("-----[A-Z ]+-----|\\s", "");

        for (String name : List.of("gmail.msg", "related.msg", "multipart-no-end-boundary.msg")) {
            assertThat(Signing.verify(
                            Corpus.text("mimekit/" + name), Map.of("20120113._domainkey.gmail.com", "k=rsa; p=" + p)))
                    .as(name)
                    .extracting(DkimResult::toString)
                    .containsExactly("pass (rsa-sha256, d=gmail.com, s=20120113)");
        }
    }

    @Test
    void a_domain_that_is_no_name_is_not_looked_up() {
        DkimKeyLookup none = name -> {
            throw new AssertionError("looked up " + name);
        };
        assertThat(verify(none, Corpus.text("dkimpy/test.message.baddomain")))
                .extracting(DkimResult::toString)
                .containsExactly("neutral: d= is no name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2048_testkey_wo_markers.pub.txt", "2048_testkey_wo_markers.pub.rsa.txt"})
    void both_encodings_of_rsa_keys_in_records_are_read(String record) {
        String signed = Signing.signed(Signing.both(), "example.com", MAIL);

        assertThat(Signing.verify(signed, Map.of("r1._domainkey.example.com", Corpus.text("dkimpy/" + record)))
                        .get(0))
                .hasToString("pass (rsa-sha256, d=example.com, s=r1)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "badversion.txt | key record: v= is not DKIM1",
                "badk.txt | key record: k= is no known kind of key",
                "test_bad.txt | key record: malformed DER: an element of 159 octets at octet 3 of 161",
                "test_tlsrpt.txt | key record: s= does not allow mail",
            })
    void bad_records_of_dkimpy_are_refused(String record, String reason) {
        DkimSigner signer = DkimSigner.builder()
                .key("example.com", "test", Secret.of(Corpus.text("dkimpy/test.private")))
                .build();
        String signed = Signing.signed(signer, "example.com", MAIL);
        Map<String, String> good = Map.of("test._domainkey.example.com", Corpus.text("dkimpy/test.txt"));
        Map<String, String> bad = Map.of("test._domainkey.example.com", Corpus.text("dkimpy/" + record));

        assertThat(Signing.verify(signed, good).get(0).status()).isEqualTo(DkimStatus.PASS);
        assertThat(Signing.verify(signed, bad)).extracting(DkimResult::reason).containsExactly(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "k=rsa; p=KEY | pass",
                "p=KEY | pass",
                "v=DKIM1; h=sha1:sha256; s=other:email; n=a note; t=y; p=KEY; | pass",
                "v=DKIM1; p=KEY; unknown=tag | pass",
                "v=DKIM1; t=s; p=KEY | pass",
                "p=KEY; v=DKIM1; p=KEY | permerror: key record: the tag p= appears twice",
                "v=DKIM1 | permerror: key record: p= is missing",
                "v=DKIM1; p= | permerror: key record: the key is revoked",
                "v=DKIM1; p=!!! | permerror: key record: p= is no base64",
                "v=DKIM1; p=AAAA | permerror: key record: malformed DER at octet 0",
                "v=DKIM1; h=sha1; p=KEY | permerror: key record: h= does not allow sha256",
                "v=DKIM1; s=tlsrpt; p=KEY | permerror: key record: s= does not allow mail",
                "v=DKIM1; k=ed25519; p=KEY | permerror: key record: an Ed25519 key has 32 octets, not 294",
                "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
                        + " | permerror: key record: the key is not of the kind of a=",
                "v=spf1 -all | permerror: key record: v= is not DKIM1",
                "some text | permerror: key record: a tag has no value",
                "- | permerror: there is no key at r1._domainkey.example.com",
            })
    void key_records(String record, String outcome) {
        String p = RSA.record().substring(RSA.record().indexOf("p=") + 2);
        String signed = Signing.signed(rsa(), "example.com", MAIL);
        Map<String, String> records =
                record == null ? Map.of() : Map.of("r1._domainkey.example.com", record.replace("KEY", p));

        DkimResult result = Signing.verify(signed, records).get(0);

        assertThat(result.status() + (result.reason().isEmpty() ? "" : ": " + result.reason()))
                .isEqualTo(outcome);
        assertThat(result.isTesting()).isEqualTo(record != null && record.contains("t=y"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=1; | v=2; | neutral: v= is not 1",
                "v=1; | '' | neutral: v= is missing",
                "a=rsa-sha256 | a=rsa-sha1 | permerror: rsa-sha1 is not accepted (RFC 8301 §3.1)",
                "a=rsa-sha256 | a=rsa-md5 | neutral: a= is no known algorithm",
                "a=rsa-sha256 | a=ed25519-sha256 | permerror: key record: the key is not of the kind of a=",
                "c=relaxed/relaxed | c=nowsp | neutral: c= is neither simple nor relaxed",
                "c=relaxed/relaxed | c=simple/relaxed | fail: a signed field was changed, or the key is another: the signature does not fit",
                "c=relaxed/relaxed | c=relaxed | fail: the body was changed: its hash is not bh=",
                "d=example.com | d=.example.com | neutral: d= is no name",
                "d=example.com | d=example.net | permerror: there is no key at r1._domainkey.example.net",
                "d=example.com | d=example.com; i=@example.net | permerror: i= is not within d=",
                "d=example.com | d=example.com; i=@badexample.com | permerror: i= is not within d=",
                "d=example.com | d=example.com; i=nobody | permerror: i= is not within d=",
                "d=example.com | d=example.com; d=example.com | neutral: the tag d= appears twice",
                "d=example.com | d=example.com; q=http | neutral: q= has no known way to the key",
                "d=example.com | d=example.com; l=-1 | neutral: l= is no number",
                "d=example.com | d=example.com; x=1699999999 | neutral: x= is not after t=",
                "t=1700000000 | t=99999999999999999999 | neutral: t= is no number",
                "s=r1 | s=r1/../x | neutral: s= is no name",
                "s=r1 | s=r2 | permerror: there is no key at r2._domainkey.example.com",
                "From:From | Fro:m | permerror: From is not signed",
                "bh= | bh=* | neutral: bh= is no base64",
                "b= | c= | neutral: the tag c= appears twice",
                "v=1; | v=1; =; | neutral: a tag has a malformed name",
                "v=1; | v=1;; | neutral: a tag has no value",
            })
    void malformed_and_refused_signatures(String what, String instead, String outcome) {
        String signed = Signing.signed(rsa(), "example.com", MAIL);
        int at = signed.indexOf(' ' + what) + 1;
        at = at == 0 ? signed.indexOf(what) : at;
        String changed = signed.substring(0, at) + instead + signed.substring(at + what.length());

        DkimResult result = Signing.verify(changed, Signing.records()).get(0);

        assertThat(result.status() + ": " + result.reason()).isEqualTo(outcome);
    }

    @Test
    void a_look_up_without_answer_is_an_error_for_the_time_being() {
        DkimKeyLookup down = name -> {
            throw new IOException("SERVFAIL");
        };
        assertThat(verify(down, Signing.signed(rsa(), "example.com", MAIL)))
                .extracting(DkimResult::toString)
                .containsExactly("temperror (rsa-sha256, d=example.com, s=r1):"
                        + " no answer for r1._domainkey.example.com: SERVFAIL");
    }

    @Test
    void of_several_records_the_first_that_is_a_key_counts() {
        DkimKeyLookup several = name -> List.of("v=spf1 -all", "rubbish", RSA.record());

        assertThat(verify(several, Signing.signed(rsa(), "example.com", MAIL)))
                .extracting(DkimResult::status)
                .containsExactly(DkimStatus.PASS);
    }

    @Test
    void a_mail_without_signatures_has_no_results_and_one_with_many_has_the_first_ten() {
        assertThat(Signing.verify(MAIL, Signing.records())).isEmpty();

        String fields = Signing.fields(rsa(), "example.com", AT, MAIL);
        assertThat(Signing.verify(fields.repeat(500) + MAIL, Signing.records()))
                .hasSize(10)
                .allMatch(result -> result.status() == DkimStatus.PASS);
    }

    @Test
    void a_length_is_told_and_what_follows_it_is_not_signed() throws IOException {
        // Made as a signer with l= makes it, by a key of our own.
        String body = "signed\r\n";
        String head = "From: a@example.com\r\n\r\n";
        String template = "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=r1; c=relaxed/relaxed; l=8; h=from; bh="
                + Base64.getEncoder().encodeToString(Sha256.of(body.getBytes(ISO_8859_1)))
                + "; b=";
        byte[] signature = new SigningKey(RSA, null)
                .sign(("from:a@example.com\r\n" + template.replace("DKIM-Signature: ", "dkim-signature:"))
                        .getBytes(ISO_8859_1));
        String field = template + Base64.getEncoder().encodeToString(signature) + "\r\n";

        DkimResult longer = Signing.verify(field + head + body + "added by others", Signing.records())
                .get(0);
        DkimResult shorter =
                Signing.verify(field + head + "signe", Signing.records()).get(0);

        assertThat(longer.status()).isEqualTo(DkimStatus.PASS);
        assertThat(longer.signedBodyLength()).isEqualTo(8);
        assertThat(shorter.status()).isEqualTo(DkimStatus.FAIL);
    }

    @Test
    void an_identity_below_the_domain_is_taken_unless_the_record_is_strict() throws IOException {
        String template =
                "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; i=a@b.example.com; s=r1; c=relaxed/relaxed;"
                        + " h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=";
        byte[] signature = new SigningKey(RSA, null)
                .sign(("from:a@example.com\r\n" + template.replace("DKIM-Signature: ", "dkim-signature:"))
                        .getBytes(ISO_8859_1));
        String message = template + Base64.getEncoder().encodeToString(signature) + "\r\nFrom: a@example.com\r\n\r\n";

        assertThat(Signing.verify(message, Signing.records()).get(0).status()).isEqualTo(DkimStatus.PASS);
        assertThat(Signing.verify(message, Map.of("r1._domainkey.example.com", RSA.record() + "; t=s"))
                        .get(0)
                        .reason())
                .isEqualTo("key record: t=s allows no i= below d=");
    }

    @Test
    void weak_keys_are_not_accepted() {
        String weak = "v=DKIM1; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu"
                + "KUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==";

        assertThat(Signing.verify(Signing.signed(rsa(), "example.com", MAIL), Map.of("r1._domainkey.example.com", weak))
                        .get(0)
                        .reason())
                .isEqualTo("key record: an RSA key of 512 bits is too short, the least is 1024 (RFC 8301 §3.2)");
    }

    private static DkimSigner rsa() {
        return DkimSigner.builder().key("example.com", "r1", RSA.toPem()).build();
    }

    private static Map<String, String> footballRecords() {
        String text = Corpus.text("mail-auth/001.txt");
        Map<String, String> records = new HashMap<>();
        text.lines().limit(2).forEach(line -> {
            int space = line.indexOf(' ');
            records.put(line.substring(0, space), line.substring(space + 1));
        });
        assertThat(records).containsOnlyKeys(FOOTBALL, FOOTBALL_RSA);
        return records;
    }

    private static List<DkimResult> verify(DkimKeyLookup keys, String message) {
        try {
            return new DkimVerifier(keys, InstantSource.fixed(Instant.ofEpochSecond(AT)))
                    .verify(out -> out.write(message.getBytes(ISO_8859_1)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
