// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Address;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.EntityTransform;
import dev.mailer.api.spi.EntityTransform.RefusedException;
import dev.mailer.smime.TestCertificates.Holder;
import dev.mailer.smime.TestCertificates.Request;
import dev.mailer.testkit.SampleEntity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is signed and encrypted, and what is refused. */
class SmimeRulesTest {
    private static final Secret SECRET = Secret.of("0123456789abcdef0123456789abcdef");
    private static final Address SHOP = Address.of("shop@example.com");
    private static final Address JO = Address.of("jo@example.org");
    private static final KeyPair KEYS = TestCertificates.rsaKey(2048);
    private static final Holder BOTH =
            Request.of(KEYS, "shop@example.com", "jo@example.org").issued();
    private static final SampleEntity TEXT = SampleEntity.of("text/plain", "Hello\r\n");

    @TempDir
    private Path folder;

    @Test
    void mail_of_others_is_left_alone() throws Exception {
        EntityTransform transform =
                SmimePlugin.builder().identity("shop@example.com", BOTH.pem()).build();

        assertThat(made(transform, Address.of("other@example.com"), TEXT)).isNull();
        assertThat(transform.transform(SampleEntity.mail(Address.of("SHOP@example.com"), JO), TEXT))
                .isNotNull();
        assertThat(transform.perRecipient()).isFalse();
    }

    @Test
    void what_is_protected_already_is_not_signed_again() throws Exception {
        EntityTransform signs =
                SmimePlugin.builder().identity("example.com", BOTH.pem()).build();
        EntityTransform encrypts = encrypting(BOTH.certificate());

        for (String type : new String[] {
            "multipart/signed; boundary=x",
            "application/pkcs7-mime; smime-type=signed-data",
            "Multipart/Encrypted",
            "application/x-pkcs7-mime",
            "application/pkcs7-mime; name=a; smime-type=\"enveloped-data\""
        }) {
            assertThat(made(signs, SHOP, SampleEntity.of(type, "x\r\n")))
                    .as(type)
                    .isNull();
        }
        assertThat(made(encrypts, SHOP, SampleEntity.of("application/pkcs7-mime; smime-type=enveloped-data", "")))
                .isNull();
        SampleEntity signed = SampleEntity.of("multipart/signed; boundary=x", "x\r\n");
        EntityTransform.Entity around = made(encrypts, SHOP, signed);
        assertThat(new BouncyCastleReader().decrypted(bytes(around), BOTH))
                .isEqualTo(signed.bytes().toByteArray());
    }

    @Test
    void eight_bit_content_is_signed_within() throws Exception {
        EntityTransform transform =
                SmimePlugin.builder().identity("example.com", BOTH.pem()).build();
        SampleEntity content = SampleEntity.of("text/plain; charset=iso-8859-1", "Gr\u00fc\u00dfe\r\n");

        EntityTransform.Entity made = made(transform, SHOP, content);

        assertThat(made.contentType()).isEqualTo("application/pkcs7-mime; smime-type=signed-data; name=\"smime.p7m\"");
        assertThat(new BouncyCastleReader().verified(bytes(made)))
                .isEqualTo(content.bytes().toByteArray());
    }

    @Test
    void without_a_certificate_mail_is_refused_or_sent() throws Exception {
        refused(
                encrypting(null),
                "smime-no-certificate: there is no certificate to encrypt with for the recipient at example.org");

        EntityTransform sends = SmimePlugin.builder()
                .identity("example.com", BOTH.pem())
                .encrypt(a -> null, SECRET)
                .missingCertificate(MissingCertificate.SEND_UNENCRYPTED)
                .build();
        assertThat(made(sends, SHOP, TEXT).contentType()).startsWith("multipart/signed; ");
        assertThat(made(sends, Address.of("other@example.net"), TEXT)).isNull();
    }

    @Test
    void certificates_that_may_not_be_used_are_refused() {
        Request good = Request.of(KEYS, "jo@example.org");
        refused(
                good.until(Instant.parse("2026-01-01T00:00:00Z")),
                "expired at 2026-01-01T00:00:00Z, the mail began at 2026-06-01T10:00:00Z");
        refused(
                good.from(Instant.parse("2027-01-01T00:00:00Z")),
                "is not valid before 2027-01-01T00:00:00Z, the mail began at 2026-06-01T10:00:00Z");
        refused(good.usage(KeyUsage.digitalSignature), "is not for encryption: its key usage lacks keyEncipherment");
        refused(
                new Request(
                        TestCertificates.ecKey("secp384r1"),
                        good.from(),
                        good.until(),
                        KeyUsage.digitalSignature,
                        good.purpose(),
                        good.addresses()),
                "is not for encryption: its key usage lacks keyAgreement");
        refused(
                good.purpose(KeyPurposeId.id_kp_serverAuth),
                "is not for mail: its extended key usage lacks emailProtection");
        refused(Request.of(KEYS, "ann@example.org"), "does not name the recipient's address");
        refused(Request.of(KEYS), "does not name the recipient's address");
        refused(
                Request.of(TestCertificates.rsaKey(1024), "jo@example.org"),
                "has an RSA key of 1024 bits, allowed are 2048 to 8192");
    }

    @Test
    void senders_that_their_certificate_does_not_name_are_refused() {
        EntityTransform transform =
                SmimePlugin.builder().identity("example.com", BOTH.pem()).build();

        assertThatThrownBy(() -> made(transform, Address.of("other@example.com"), TEXT))
                .isInstanceOf(RefusedException.class)
                .hasMessage("the sender's certificate (serial number "
                        + BOTH.certificate().getSerialNumber().toString(16) + ") does not name the address of From");
    }

    @Test
    void equal_mail_is_equal_and_other_mail_has_other_keys() throws Exception {
        for (ContentEncryption how : ContentEncryption.values()) {
            Bytes first = Bytes.wrap(bytes(made(encrypting(how, SECRET), SHOP, TEXT)));

            assertThat(Bytes.wrap(bytes(made(encrypting(how, SECRET), SHOP, TEXT))))
                    .isEqualTo(first);
            Secret other = Secret.of("another secret of thirty-two chars");
            assertThat(Bytes.wrap(bytes(made(encrypting(how, other), SHOP, TEXT))))
                    .isNotEqualTo(first);
            String a = body(made(encrypting(how, SECRET), SHOP, SampleEntity.of("text/plain", "Hellp\r\n")));
            // the wrapped keys begin some way in, and all behind them differs
            assertThat(a.substring(400)).isNotEqualTo(first.asUtf8().substring(400));
            assertThat(differing(a, first.asUtf8())).isGreaterThan(300);
        }
    }

    @Test
    void identities_are_read_in_their_forms() throws Exception {
        Holder ec = TestCertificates.ec("shop@example.com");
        Secret authorityFirst = Secret.of(TestCertificates.certificatePem(TestCertificates.CA.root())
                + TestCertificates.certificatePem(ec.certificate())
                + TestCertificates.pem("PRIVATE KEY", ec.keys().getPrivate().getEncoded()));

        assertThat(IdentityReader.read(authorityFirst, null).certificate().getSerialNumber())
                .isEqualTo(ec.certificate().getSerialNumber());
        assertThat(IdentityReader.read(BOTH.pkcs12("geheim"), Secret.of("geheim"))
                        .certificate()
                        .getSerialNumber())
                .isEqualTo(BOTH.certificate().getSerialNumber());
    }

    @Test
    void identities_that_do_not_fit_are_told() throws Exception {
        Holder other =
                Request.of(TestCertificates.rsaKey(2048), "shop@example.com").issued();
        String key = TestCertificates.pem("PRIVATE KEY", KEYS.getPrivate().getEncoded());

        wrong("shop@example.com", Secret.of("rubbish"), "smime.shop@example.com: has no private key: PEM with");
        wrong("shop@example.com", Secret.of(key), "smime.shop@example.com: has no certificate beside the key");
        wrong(
                "shop@example.com",
                Secret.of(key + TestCertificates.certificatePem(other.certificate())),
                "smime.shop@example.com: has no certificate that belongs to the key");
        wrong(
                "ann@example.com",
                BOTH.pem(),
                "smime.ann@example.com: has a certificate for [jo@example.org, shop@example.com] and not for it");
        wrong(
                "shop@example.com",
                Request.of(KEYS, "shop@example.com")
                        .usage(KeyUsage.keyEncipherment)
                        .issued()
                        .pem(),
                "smime.shop@example.com: the certificate is not for signatures: its key usage lacks digitalSignature");
        wrong(
                "shop@example.com",
                Secret.of(key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")),
                "smime.shop@example.com: ");
        assertThatThrownBy(() ->
                        SmimePlugin.builder().identity("shop@example.com", BOTH.pkcs12("geheim"), Secret.of("falsch")))
                .isInstanceOf(MailerConfigException.class)
                .hasMessage("smime.shop@example.com: is no PKCS#12 that this passphrase opens; give it in base64");
        assertThatThrownBy(() -> SmimePlugin.builder().encrypt(a -> null, Secret.of("short")))
                .hasMessage("smime.secret: has 5 characters, the least is 32; \"openssl rand -base64 32\" makes one");
        assertThatThrownBy(() -> SmimePlugin.builder().build())
                .hasMessage("smime: has neither an identity to sign with nor certificates to encrypt for");
        assertThatThrownBy(() -> SmimePlugin.builder().identity("example.com", "NONE"))
                .hasMessage("smime.example.com: there is no secret \"NONE\"");
    }

    @Test
    void certificates_are_found_in_a_folder() throws Exception {
        CertificateSource source = CertificateSource.folder(folder);
        Files.writeString(folder.resolve("jo@example.org.pem"), TestCertificates.certificatePem(BOTH.certificate()));
        Files.writeString(
                folder.resolve("broken@example.org.pem"),
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

        assertThat(source.find(Address.of("Jo@Example.ORG")).getSerialNumber())
                .isEqualTo(BOTH.certificate().getSerialNumber());
        assertThat(source.find(Address.of("ann@example.org"))).isNull();
        assertThat(CertificateFolder.fileName(Address.of("\"../x\"@example.org")))
                .isEqualTo("%22..%2fx%22@example.org.pem");
        assertThat(CertificateFolder.fileName(Address.of("a/b@example.org"))).isEqualTo("a%2fb@example.org.pem");
        assertThatThrownBy(() -> source.find(Address.of("broken@example.org"))).isInstanceOf(IOException.class);
        assertThatThrownBy(
                        () -> CertificateSource.folder(folder.resolve("gone")).find(JO))
                .isInstanceOf(IOException.class)
                .hasMessage("the folder of certificates is not there");
    }

    private static void wrong(String sender, Secret pem, String problem) {
        assertThatThrownBy(() -> SmimePlugin.builder().identity(sender, pem))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageStartingWith(problem);
    }

    private static void refused(Request certificate, String problem) {
        X509Certificate issued = certificate.issued().certificate();
        refused(
                encrypting(issued),
                "smime-certificate: the certificate for the recipient at example.org (serial number "
                        + issued.getSerialNumber().toString(16) + ") " + problem);
    }

    private static void refused(EntityTransform transform, String reasonAndText) {
        assertThatThrownBy(() -> made(transform, SHOP, TEXT))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.reason() + ": " + e.getMessage()).isEqualTo(reasonAndText));
    }

    private static EntityTransform encrypting(@Nullable X509Certificate certificate) {
        return SmimePlugin.builder().encrypt(a -> certificate, SECRET).build();
    }

    private static EntityTransform encrypting(ContentEncryption how, Secret secret) {
        return SmimePlugin.builder()
                .encrypt(a -> BOTH.certificate(), secret)
                .contentEncryption(how)
                .build();
    }

    private static EntityTransform.@Nullable Entity made(EntityTransform transform, Address from, SampleEntity content)
            throws IOException {
        return transform.transform(SampleEntity.mail(from, JO), content);
    }

    private static byte[] bytes(EntityTransform.Entity entity) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        entity.writeTo(out);
        return out.toByteArray();
    }

    private static String body(EntityTransform.Entity entity) throws IOException {
        return new String(bytes(entity), StandardCharsets.US_ASCII);
    }

    private static int differing(String a, String b) {
        int count = 0;
        for (int i = 0; i < Math.min(a.length(), b.length()); i++) {
            count += a.charAt(i) == b.charAt(i) ? 0 : 1;
        }
        return count;
    }
}
