// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.spi.Bytes;
import dev.mailer.testkit.smtp.TestTls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verdict inside a real handshake. */
class DaneTrustTest {
    private static final TestTls TLS = TestTls.localhost();

    @ParameterizedTest
    @CsvSource({"3, localhost", "3, another.example", "2, localhost"})
    void a_handshake_succeeds_where_the_records_fit(int usage, String name) throws Exception {
        TlsaRecord record = record(usage, usage == 3 ? TLS.certificatePem() : TLS.authorityPem());

        assertThatCode(() -> shakeHands(record, name)).doesNotThrowAnyException();
    }

    @Test
    void a_handshake_fails_where_they_do_not() throws Exception {
        assertThatThrownBy(() -> shakeHands(record(3, TLS.authorityPem()), "localhost"))
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("the certificate does not fit the TLSA records: tlsa-invalid");
        assertThatThrownBy(() -> shakeHands(record(2, TLS.authorityPem()), "another.example"))
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("certificate-host-mismatch");
    }

    private static void shakeHands(TlsaRecord record, String name) throws Exception {
        DaneVerifier verifier = new DaneVerifier(List.of(record), Set.of(name), InstantSource.system());
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, new TrustManager[] {new DaneTrust(verifier)}, null);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (SSLServerSocket listener =
                (SSLServerSocket) TLS.serverContext().getServerSocketFactory().createServerSocket(0, 5, loopback)) {
            Thread server = new Thread(() -> serve(listener), "dane-server");
            server.setDaemon(true);
            server.start();
            try (SSLSocket socket =
                    (SSLSocket) client.getSocketFactory().createSocket(loopback, listener.getLocalPort())) {
                socket.setSoTimeout(60_000);
                socket.startHandshake();
            }
        }
    }

    private static void serve(SSLServerSocket listener) {
        try (SSLSocket socket = (SSLSocket) listener.accept()) {
            socket.setSoTimeout(60_000);
            socket.startHandshake();
            int unused = socket.getInputStream().read();
        } catch (IOException e) {
            // the client has refused, or gone
        }
    }

    private static TlsaRecord record(int usage, String pem) throws Exception {
        byte[] certificate = CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                .getEncoded();
        return new TlsaRecord(
                usage, 0, 1, Bytes.wrap(MessageDigest.getInstance("SHA-256").digest(certificate)));
    }
}
