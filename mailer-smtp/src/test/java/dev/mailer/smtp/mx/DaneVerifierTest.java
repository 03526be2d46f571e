// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.spi.Bytes;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Certificates of the test's resources: {@code root} signed {@code inter} and {@code notca}; {@code inter} signed {@code leaf}
 * (mx.example.com, *.wild.example.com), {@code short} (until the end of 2026), {@code client} (for clients) and {@code named} (by
 * its subject only); {@code notca} signed {@code below}; {@code alone} and {@code other} signed themselves.
 */
class DaneVerifierTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    @ParameterizedTest(name = "{0} shown {1} as {2}: {3}")
    @CsvSource(textBlock = """
        3 0 0 leaf,             leaf,               mx.example.com,       SUCCESS
        3 0 1 leaf,             leaf inter,         mx.example.com,       SUCCESS
        3 0 2 leaf,             leaf inter,         mx.example.com,       SUCCESS
        3 1 0 leaf,             leaf inter,         mx.example.com,       SUCCESS
        3 1 1 leaf,             leaf inter,         mx.example.com,       SUCCESS
        3 1 2 leaf,             leaf,               mx.example.com,       SUCCESS
        3 1 1 leaf,             leaf,               another.example,      SUCCESS
        3 1 1 alone,            alone,              mx.example.com,       SUCCESS
        3 1 1 other,            leaf inter,         mx.example.com,       TLSA_INVALID
        3 1 1 inter,            leaf inter,         mx.example.com,       TLSA_INVALID
        3 0 1 leaf,             inter leaf,         mx.example.com,       TLSA_INVALID
        3 1 1 other & 3 1 1 leaf, leaf inter,       mx.example.com,       SUCCESS
        3 1 2 other & 3 1 1 leaf, leaf inter,       mx.example.com,       TLSA_INVALID
        3 1 2 other & 3 0 1 leaf, leaf inter,       mx.example.com,       SUCCESS
        3 1 2 other & 3 1 0 leaf, leaf inter,       mx.example.com,       SUCCESS
        2 0 1 inter,            leaf inter,         mx.example.com,       SUCCESS
        2 1 1 inter,            leaf inter root,    mx.example.com,       SUCCESS
        2 1 2 root,             leaf inter root,    mx.example.com,       SUCCESS
        2 0 1 root,             leaf root inter,    mx.example.com,       SUCCESS
        2 0 1 root,             leaf other inter root, mx.example.com,    SUCCESS
        2 0 1 root,             leaf inter,         mx.example.com,       TLSA_INVALID
        2 0 1 root,             leaf root,          mx.example.com,       CERTIFICATE_NOT_TRUSTED
        2 0 1 other,            leaf inter other,   mx.example.com,       CERTIFICATE_NOT_TRUSTED
        2 0 1 leaf,             leaf inter,         mx.example.com,       TLSA_INVALID
        2 0 1 inter,            leaf inter,         another.example,      CERTIFICATE_HOST_MISMATCH
        2 0 1 inter,            leaf inter,         a.wild.example.com,   SUCCESS
        2 0 1 inter,            leaf inter,         a.b.wild.example.com, CERTIFICATE_HOST_MISMATCH
        2 0 1 inter,            leaf inter,         wild.example.com,     CERTIFICATE_HOST_MISMATCH
        2 0 1 inter,            leaf inter,         x.example mx.example.com, SUCCESS
        2 0 1 inter,            named inter,        mx.example.com,       CERTIFICATE_HOST_MISMATCH
        2 0 1 inter,            client inter,       mx.example.com,       CERTIFICATE_NOT_TRUSTED
        2 0 1 root,             below notca root,   mx.example.com,       CERTIFICATE_NOT_TRUSTED
        2 0 0 root,             leaf inter,         mx.example.com,       SUCCESS
        2 0 0 other,            leaf inter,         mx.example.com,       CERTIFICATE_NOT_TRUSTED
        2 1 0 root,             leaf inter,         mx.example.com,       SUCCESS
        2 1 0 other,            leaf inter,         mx.example.com,       CERTIFICATE_NOT_TRUSTED
        2 0 1 inter & 3 1 1 leaf, leaf,             another.example,      SUCCESS
        2 0 1 inter & 3 1 1 other, leaf inter,      another.example,      CERTIFICATE_HOST_MISMATCH
        """)
    void a_chain_fits_the_records_or_not(String records, String chain, String names, TlsResult result) {
        assertThat(verifier(records, names, NOW).verify(chain(chain))).isEqualTo(result);
    }

    @Test
    void dates_matter_below_an_authority_and_not_for_a_pinned_certificate() {
        Instant later = Instant.parse("2027-06-01T00:00:00Z");

        assertThat(verifier("2 0 1 inter", "mx.example.com", NOW).verify(chain("short inter")))
                .isEqualTo(TlsResult.SUCCESS);
        assertThat(verifier("2 0 1 inter", "mx.example.com", later).verify(chain("short inter")))
                .isEqualTo(TlsResult.CERTIFICATE_EXPIRED);
        assertThat(verifier("3 1 1 short", "mx.example.com", later).verify(chain("short inter")))
                .isEqualTo(TlsResult.SUCCESS);
        assertThat(verifier("2 0 1 inter", "mx.example.com", Instant.parse("2050-01-01T00:00:00Z"))
                        .verify(chain("leaf inter")))
                .isEqualTo(TlsResult.CERTIFICATE_EXPIRED);
    }

    @Test
    void no_certificate_fits_nothing() {
        assertThat(verifier("3 1 1 leaf", "mx.example.com", NOW).verify(List.of()))
                .isEqualTo(TlsResult.TLSA_INVALID);
    }

    @ParameterizedTest(name = "{0} {1} {2} with {3} octets: {4}")
    @CsvSource({
        "3, 1, 1, 32, true",
        "3, 1, 2, 64, true",
        "2, 0, 1, 32, true",
        "2, 1, 2, 64, true",
        "0, 1, 1, 32, false",
        "1, 1, 1, 32, false",
        "4, 1, 1, 32, false",
        "255, 1, 1, 32, false",
        "3, 2, 1, 32, false",
        "3, 1, 3, 32, false",
        "3, 1, 1, 31, false",
        "3, 1, 1, 0, false",
        "3, 1, 2, 32, false",
        "3, 0, 0, 100, false",
        "3, 1, 0, 100, false",
        "2, 0, 0, 0, false",
        "2, 1, 0, 0, false"
    })
    void a_record_can_be_used_or_not(int usage, int selector, int matching, int octets, boolean usable) {
        TlsaRecord record = new TlsaRecord(usage, selector, matching, Bytes.wrap(new byte[octets]));

        assertThat(Associations.isUsable(record)).isEqualTo(usable);
    }

    @ParameterizedTest
    @CsvSource({"3 0 0 leaf", "2 0 0 root", "3 1 0 leaf", "2 1 0 root"})
    void whole_certificates_and_keys_can_be_used(String record) {
        assertThat(Associations.isUsable(record(record))).isTrue();
    }

    @Test
    void a_handshake_fails_with_the_word_of_the_reports() throws Exception {
        X509Certificate[] chain = chain("leaf inter").toArray(new X509Certificate[0]);
        DaneTrust right = new DaneTrust(verifier("3 1 1 leaf", "mx.example.com", NOW));
        DaneTrust wrong = new DaneTrust(verifier("3 1 1 other", "mx.example.com", NOW));

        assertThatCode(() -> right.checkServerTrusted(chain, "UNKNOWN")).doesNotThrowAnyException();
        assertThatThrownBy(() -> wrong.checkServerTrusted(chain, "UNKNOWN"))
                .isInstanceOf(CertificateException.class)
                .hasMessage("the certificate does not fit the TLSA records: tlsa-invalid");
        assertThatThrownBy(() -> right.checkClientTrusted(chain, "UNKNOWN")).isInstanceOf(CertificateException.class);
    }

    private static DaneVerifier verifier(String records, String names, Instant now) {
        List<TlsaRecord> list = Arrays.stream(records.split(" & ", -1))
                .map(DaneVerifierTest::record)
                .toList();
        return new DaneVerifier(list, Set.of(names.split(" ", -1)), InstantSource.fixed(now));
    }

    /** Such as {@code 3 1 1 leaf}. */
    private static TlsaRecord record(String text) {
        String[] parts = text.strip().split(" ", -1);
        try {
            X509Certificate certificate = certificate(parts[3]);
            byte[] selected = parts[1].equals("0")
                    ? certificate.getEncoded()
                    : certificate.getPublicKey().getEncoded();
            byte[] association = switch (parts[2]) {
                case "1" -> MessageDigest.getInstance("SHA-256").digest(selected);
                case "2" -> MessageDigest.getInstance("SHA-512").digest(selected);
                default -> selected;
            };
            return new TlsaRecord(
                    Integer.parseInt(parts[0]),
                    Integer.parseInt(parts[1]),
                    Integer.parseInt(parts[2]),
                    Bytes.wrap(association));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<X509Certificate> chain(String names) {
        return Arrays.stream(names.split(" ", -1))
                .map(DaneVerifierTest::certificate)
                .toList();
    }

    private static X509Certificate certificate(String name) {
        try (InputStream in = DaneVerifierTest.class.getResourceAsStream("dane/" + name + ".pem")) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (Exception e) {
            throw new IllegalStateException(name, e);
        }
    }
}
