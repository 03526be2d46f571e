// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import static dev.mailer.smtp.dkim.Signing.AT;
import static dev.mailer.smtp.dkim.Signing.ED25519;
import static dev.mailer.smtp.dkim.Signing.MAIL;
import static dev.mailer.smtp.dkim.Signing.RSA;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DkimSignerTest {
    private static final DkimPrivateKey OTHER_RSA =
            DkimPrivateKey.parse(Secret.of(Corpus.text("dkimpy/2048_testkey_PKCS8.key")));

    @Test
    void signs_with_both_keys_and_both_verify() {
        String signed = Signing.signed(Signing.both(), "example.com", MAIL);

        List<DkimResult> results = Signing.verify(signed, Signing.records());

        assertThat(results)
                .extracting(DkimResult::toString)
                .containsExactly(
                        "pass (rsa-sha256, d=example.com, s=r1)", "pass (ed25519-sha256, d=example.com, s=e1)");
        assertThat(results).allSatisfy(result -> {
            assertThat(result.signedAt()).isEqualTo(Instant.ofEpochSecond(AT));
            assertThat(result.signedBodyLength()).isNull();
            assertThat(result.identity()).isEqualTo("@example.com");
        });
    }

    @Test
    void lists_each_field_once_more_than_the_mail_has_it() {
        String signed = Signing.signed(Signing.both(), "example.com", MAIL);

        assertThat(Signing.verify(signed, Signing.records()).get(0).signedFields())
                .containsExactly(
                        "from",
                        "from",
                        "to",
                        "to",
                        "subject",
                        "subject",
                        "date",
                        "date",
                        "message-id",
                        "message-id",
                        "mime-version",
                        "mime-version",
                        "content-type",
                        "content-type",
                        "list-unsubscribe",
                        "list-unsubscribe-post",
                        "reply-to",
                        "reply-to",
                        "content-transfer-encoding",
                        "content-transfer-encoding");
    }

    @Test
    void the_field_is_folded_within_78_characters_and_has_no_length_and_no_expiry() {
        String fields = Signing.fields(Signing.both(), "example.com", AT, MAIL);

        assertThat(fields).endsWith("\r\n");
        assertThat(fields.split("\r\n")).allSatisfy(line -> {
            assertThat(line.length()).isLessThanOrEqualTo(78);
            assertThat(line.startsWith("DKIM-Signature: v=1; a=") || line.startsWith(" "))
                    .isTrue();
            assertThat(line).isNotBlank();
        });
        assertThat(fields).contains("c=relaxed/relaxed;").doesNotContain(" l=").doesNotContain(" x=");
    }

    @Test
    void same_mail_and_instant_give_the_same_fields() {
        assertThat(Signing.fields(Signing.both(), "example.com", AT, MAIL))
                .isEqualTo(Signing.fields(Signing.both(), "EXAMPLE.com", AT, MAIL))
                .isNotEqualTo(Signing.fields(Signing.both(), "example.com", AT + 1, MAIL));
    }

    /** Each is done to a signed mail; the first is what relays may do. */
    @Test
    void what_relays_change_keeps_the_signature_good() {
        String signed = Signing.signed(Signing.both(), "example.com", MAIL);

        for (String still : List.of(
                "Received: from a by b; Tue, 14 Nov 2023 22:13:21 +0000\r\nReturn-Path: <x@y.example>\r\n" + signed,
                signed.replace("Subject: Your  order", "SUBJECT : Your\r\n\torder  "),
                signed.replace("Thank you,  Jo! \r\n", "Thank you, \t Jo!\r\n"),
                signed + "\r\n\r\n",
                signed.replace("\r\n", "\n"),
                signed.replace("X-Order: 4711", "X-Order: 4712"))) {
            assertThat(Signing.verify(still, Signing.records()))
                    .as(still)
                    .hasSize(2)
                    .allMatch(result -> result.status() == DkimStatus.PASS);
        }
    }

    @Test
    void whatever_else_is_changed_breaks_it() {
        String signed = Signing.signed(Signing.both(), "example.com", MAIL);

        for (String tampered : List.of(
                "From: eve@example.net\r\n" + signed,
                signed.replace("\r\nX-Order", "\r\nFrom: eve@example.net\r\nX-Order"),
                "Subject: another\r\n" + signed,
                "To: eve@example.net\r\n" + signed,
                "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n" + signed,
                "Message-ID: <2@mailer.example>\r\n" + signed,
                "MIME-Version: 1.0\r\n" + signed,
                "Content-Type: text/html\r\n" + signed,
                "List-Unsubscribe: <https://eve.example>\r\n" + signed,
                "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" + signed,
                "Reply-To: eve@example.net\r\n" + signed,
                signed.replace("Subject: Your  order\r\n", ""),
                signed.replace("ann@example.org", "eve@example.org"),
                signed.replace("Your  order", "Your orders"),
                signed.replace("Your  order", "Yourorder"),
                signed.replace("7bit", "8bit"),
                signed + "one line more\r\n",
                signed.replace("Thank you", "thank you"),
                signed.replace("The shop\r\n", ""),
                signed.replace("t=" + AT, "t=" + (AT + 1)),
                signed.replace("mime-version", "x").replace("MIME-Version:MIME-Version", "MIME-Version"),
                signed.replace("d=example.com", "d=example.com; l=10"))) {
            assertThat(tampered).isNotEqualTo(signed);
            assertThat(Signing.verify(tampered, Signing.records()))
                    .as(tampered)
                    .hasSize(2)
                    .noneMatch(result -> result.status() == DkimStatus.PASS);
        }
    }

    @Test
    void the_order_of_fields_of_one_name_is_signed() {
        String mail = MAIL.replace("X-Order: 4711", "Keywords: one\r\nKeywords: two");
        String signed = Signing.signed(Signing.both(), "example.com", mail);

        assertThat(Signing.verify(signed, Signing.records())).allMatch(r -> r.status() == DkimStatus.PASS);
        assertThat(Signing.verify(
                        signed.replace("Keywords: one\r\nKeywords: two", "Keywords: two\r\nKeywords: one"),
                        Signing.records()))
                .noneMatch(r -> r.status() == DkimStatus.PASS);
    }

    @Test
    void bare_line_ends_are_signed_as_the_transport_sends_them() {
        String mail = "From: a@example.com\nSubject: x\n\none\ntwo\rthree\n\r";
        String fields = Signing.fields(Signing.both(), "example.com", AT, mail);

        String sent = fields + "From: a@example.com\r\nSubject: x\r\n\r\none\r\ntwo\r\nthree\r\n\r\n";

        assertThat(Signing.verify(sent, Signing.records())).hasSize(2).allMatch(r -> r.status() == DkimStatus.PASS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "\r\n\r\n \t\r\n", "x", "\u00e4 \u00ff\r\n"})
    void any_body_can_be_signed(String body) {
        String mail = "From: a@example.com\r\n\r\n" + body;

        assertThat(Signing.verify(Signing.signed(Signing.both(), "example.com", mail), Signing.records()))
                .hasSize(2)
                .allMatch(r -> r.status() == DkimStatus.PASS);
    }

    @Test
    void a_domain_above_signs_for_those_below_and_nobody_for_others() {
        DkimSigner signer = DkimSigner.builder()
                .key("example.com", "s1", ED25519.toPem())
                .key("news.example.com", "s2", ED25519.toPem())
                .key("müller.example", "s3", ED25519.toPem())
                .build();

        assertThat(Signing.fields(signer, "example.com", AT, MAIL)).contains("d=example.com;");
        assertThat(Signing.fields(signer, "a.b.example.com", AT, MAIL)).contains("d=example.com;");
        assertThat(Signing.fields(signer, "news.example.com", AT, MAIL)).contains("d=news.example.com;");
        assertThat(Signing.fields(signer, "x.news.example.com", AT, MAIL)).contains("d=news.example.com;");
        assertThat(Signing.fields(signer, "xn--mller-kva.example", AT, MAIL)).contains("d=xn--mller-kva.example;");
        for (String other : List.of("example.org", "notexample.com", "com", "", "[192.0.2.1]", ".")) {
            assertThat(Signing.fields(signer, other, AT, MAIL)).as(other).isNull();
        }
    }

    @Test
    void a_rotation_begins_at_its_instant_and_leaves_no_mail_unsigned() {
        Instant change = Instant.ofEpochSecond(AT);
        DkimSigner signer = DkimSigner.builder()
                .key("example.com", "new", OTHER_RSA.toPem(), change)
                .key("example.com", "old", RSA.toPem())
                .key("example.com", "ed", ED25519.toPem())
                .build();

        assertThat(Signing.fields(signer, "example.com", AT - 1, MAIL))
                .contains("s=old;")
                .contains("s=ed;");
        assertThat(Signing.fields(signer, "example.com", AT, MAIL))
                .contains("s=new;")
                .contains("s=ed;")
                .doesNotContain("s=old;");
    }

    @Test
    void another_key_in_the_secret_source_is_used_at_once_and_a_bad_one_is_not() {
        Map<String, Secret> secrets = new ConcurrentHashMap<>(Map.of("dkim", RSA.toPem()));
        DkimSigner signer = DkimSigner.builder()
                .secrets(secrets::get)
                .key("example.com", "r1", "dkim")
                .build();
        DkimPrivateKey next = OTHER_RSA;

        String before = Signing.fields(signer, "example.com", AT, MAIL);
        secrets.put("dkim", next.toPem());
        String after = Signing.fields(signer, "example.com", AT, MAIL);
        secrets.put("dkim", Secret.of("rubbish"));
        String rubbish = Signing.fields(signer, "example.com", AT, MAIL);
        secrets.put("dkim", ED25519.toPem());
        String otherKind = Signing.fields(signer, "example.com", AT, MAIL);
        secrets.remove("dkim");
        String none = Signing.fields(signer, "example.com", AT, MAIL);

        Map<String, String> records = Map.of("r1._domainkey.example.com", next.record());
        assertThat(Signing.verify(before + MAIL, records)).noneMatch(r -> r.status() == DkimStatus.PASS);
        assertThat(Signing.verify(after + MAIL, records)).allMatch(r -> r.status() == DkimStatus.PASS);
        assertThat(List.of(rubbish, otherKind, none)).containsOnly(after);
    }

    @Test
    void signs_on_many_threads() throws Exception {
        DkimSigner signer = Signing.both();
        String expected = Signing.fields(signer, "example.com", AT, MAIL);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<String>> signed = IntStream.range(0, 100)
                    .mapToObj(i -> threads.submit(() -> Signing.fields(signer, "example.com", AT, MAIL)))
                    .toList();
            for (Future<String> one : signed) {
                assertThat(one.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void an_expiry_is_written_where_it_is_asked_for() {
        DkimSigner signer = DkimSigner.builder()
                .key("example.com", "r1", RSA.toPem())
                .validity(Duration.ofDays(14))
                .build();
        String signed = Signing.signed(signer, "example.com", MAIL);

        assertThat(signed).contains(" x=" + (AT + 14 * 86_400) + ";");
        assertThat(Signing.verify(signed.getBytes(ISO_8859_1), Signing.records(), AT + 14 * 86_400))
                .extracting(DkimResult::toString)
                .containsExactly("pass (rsa-sha256, d=example.com, s=r1)");
        assertThat(Signing.verify(signed.getBytes(ISO_8859_1), Signing.records(), AT + 14 * 86_400 + 1))
                .extracting(DkimResult::toString)
                .containsExactly("fail (rsa-sha256, d=example.com, s=r1): the signature has expired");
    }

    @Test
    void refuses_what_would_not_work_and_says_why() {
        Secret rsa = RSA.toPem();
        Instant later = Instant.parse("2026-01-01T00:00:00Z");

        assertThatThrownBy(() -> DkimSigner.builder().build())
                .isInstanceOf(MailerConfigException.class)
                .hasMessage("dkim: has no key: name a domain, a selector and a key");
        assertThatThrownBy(() -> DkimSigner.builder().key("not a domain", "s1", rsa))
                .hasMessage("dkim: \"not a domain\" is no domain");
        assertThatThrownBy(() -> DkimSigner.builder().key("[192.0.2.1]", "s1", rsa))
                .hasMessage("dkim: \"[192.0.2.1]\" is no domain");
        assertThatThrownBy(() -> DkimSigner.builder().key("example.com", "s1; l=0", rsa))
                .hasMessage("dkim.example.com: the selector \"s1; l=0\" is no name:"
                        + " letters, digits, - and _, parted by dots");
        assertThatThrownBy(() ->
                        DkimSigner.builder().key("example.com", "s1", "dkim").build())
                .hasMessage("dkim.example.com.s1: names a secret, but there is no secret source");
        assertThatThrownBy(() -> DkimSigner.builder()
                        .secrets(name -> null)
                        .key("example.com", "s1", "dkim")
                        .build())
                .hasMessage("dkim.example.com.s1: the secret \"dkim\": there is no such secret");
        assertThatThrownBy(() -> DkimSigner.builder()
                        .key("example.com", "s1", Secret.of("hunter2"))
                        .build())
                .hasMessage("dkim.example.com.s1: the key is neither PEM nor a key in base64");
        assertThatThrownBy(() -> DkimSigner.builder()
                        .key("example.com", "s1", rsa)
                        .key("example.com", "S1", rsa, later)
                        .build())
                .hasMessage("dkim.example.com.S1: is given twice");
        assertThatThrownBy(() -> DkimSigner.builder()
                        .key("example.com", "s1", rsa)
                        .key("example.com", "s2", rsa)
                        .build())
                .hasMessage("dkim.example.com.s2: begins when s1 does, which is an rsa key too:"
                        + " say from when on the newer one signs");
        assertThatThrownBy(() -> DkimSigner.builder()
                        .key("example.com", "s1", rsa, later)
                        .build())
                .hasMessage("dkim.example.com: no key signs from the beginning, so mail accepted earlier would leave"
                        + " unsigned: leave out the time of the first key");
        assertThatThrownBy(() -> DkimSigner.builder().validity(Duration.ZERO))
                .hasMessage("dkim.validity: is PT0S, must be a second or more");
    }

    @Test
    void prints_kind_and_provider_and_no_key() {
        String text = Signing.both().toString();

        assertThat(text)
                .contains("r1._domainkey.example.com (rsa key of 2048 bits signed by ")
                .contains("e1._domainkey.example.com (ed25519 key of 256 bits signed by ");
        assertThat(text.length()).isLessThan(300);
    }
}
