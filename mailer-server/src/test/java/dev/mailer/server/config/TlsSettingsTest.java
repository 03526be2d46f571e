// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import dev.mailer.testkit.smtp.TestTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsSettingsTest {
    private static final class Once {
        static final TestTls TLS = TestTls.localhost();
        static final TestTls OTHER = TestTls.otherHost();
    }

    @TempDir
    private Path folder;

    private Path authorities;
    private Path certificate;
    private Path key;

    @BeforeEach
    void write() throws IOException {
        authorities = write(
                "ca.pem",
                "The one we trust\n================\n" + Once.OTHER.authorityPem() + "\nand\n"
                        + Once.TLS.authorityPem());
        certificate = write("client.pem", Once.TLS.certificatePem() + Once.TLS.authorityPem());
        key = write("client.key", Once.TLS.privateKeyPem());
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static Settings read(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("transport", "null:");
        return SettingsReader.read(null, Map.of(), all);
    }

    @Test
    void a_server_is_verified_by_the_authorities_and_sees_our_certificate() {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.builder()
                .startTls(Once.TLS)
                .clientCertificates()
                .start()) {
            Settings settings = read(Map.of(
                    "tls.authorities", authorities.toString(),
                    "tls.certificate", certificate.toString(),
                    "tls.keyFile", key.toString()));

            assertThat(send(settings, server)).isEqualTo(DeliveryState.SENT);
            assertThat(send(read(Map.of("tls.authorities", authorities.toString())), server))
                    .as("without a certificate of ours")
                    .isNotEqualTo(DeliveryState.SENT);
            assertThat(settings.tls()).isNotNull();
        }
    }

    @Test
    void what_is_not_set_is_the_platforms_and_what_the_authorities_do_not_know_is_refused() throws IOException {
        Path other = write("other.pem", Once.OTHER.authorityPem());
        try (ScriptedSmtpServer server =
                ScriptedSmtpServer.builder().startTls(Once.TLS).start()) {
            assertThat(send(read(Map.of("tls.authorities", other.toString())), server))
                    .isNotEqualTo(DeliveryState.SENT);
        }
        assertThat(read(Map.of()).tls()).isNull();
    }

    @Test
    void the_key_may_be_given_as_text_and_is_not_shown() {
        Settings settings =
                read(Map.of("tls.certificate", certificate.toString(), "tls.key", Once.TLS.privateKeyPem()));

        assertThat(settings.tls()).isNotNull();
        assertThat(settings.shownValue("tls.key")).isEqualTo("***");
    }

    @Test
    void what_is_wrong_is_named_with_its_file() throws IOException {
        Path empty = write("empty.pem", "nothing here");
        Path broken = write("broken.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
        Path encrypted = write("encrypted.key", """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF

                AAAAAAAAAAAAAAAAAAAAAA==
                -----END RSA PRIVATE KEY-----
                """);

        refused(Map.of("tls.authorities", folder.resolve("none").toString()), "is not a file that exists");
        refused(
                Map.of("tls.authorities", empty.toString()),
                "tls.authorities: '" + empty + "' holds no certificate; PEM with \"BEGIN CERTIFICATE\" belongs there");
        refused(
                Map.of("tls.authorities", broken.toString()),
                "tls.authorities: '" + broken + "' holds a certificate that cannot be read");
        refused(Map.of("tls.certificate", certificate.toString()), "tls.key: is missing, and so is tls.keyFile");
        refused(Map.of("tls.keyFile", key.toString()), "tls.certificate: is missing");
        refused(
                Map.of("tls.certificate", certificate.toString(), "tls.keyFile", empty.toString()),
                "tls.keyFile: '" + empty + "' holds no private key");
        refused(
                Map.of("tls.certificate", certificate.toString(), "tls.keyFile", encrypted.toString()),
                "tls.keyFile: '" + encrypted + "' holds a key that is encrypted with a passphrase");
        refused(
                Map.of(
                        "tls.certificate",
                        certificate.toString(),
                        "tls.keyFile",
                        key.toString(),
                        "tls.key",
                        Once.TLS.privateKeyPem()),
                "tls.keyFile: is set beside tls.key");
        refused(
                Map.of("tls.certificate", certificate.toString(), "tls.key", Once.OTHER.privateKeyPem()),
                "tls.certificate: does not belong to the key: its first certificate, CN=localhost, is of another one");
    }

    private static void refused(Map<String, String> settings, String problem) {
        assertThatThrownBy(() -> read(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(problem);
    }

    private static DeliveryState send(Settings settings, ScriptedSmtpServer server) {
        MailerBuilder builder = Mailers.builder()
                .store("memory")
                .transport("smtp://localhost:" + server.port() + "?tls=required&connectTimeout=20s");
        settings.engine().accept(builder);
        try (MailerEngine engine = builder.build()) {
            MessageId id = engine.send(Email.builder()
                            .from("shop@example.com")
                            .to("jo@example.org")
                            .subject("Hello")
                            .text("Hello")
                            .build())
                    .id();
            for (int i = 0; i < 600; i++) {
                DeliveryState state = engine.await(id, Duration.ofMillis(100))
                        .deliveries()
                        .get(0)
                        .state();
                if (state == DeliveryState.SENT || state == DeliveryState.DEFERRED || state.isFinal()) {
                    return state;
                }
            }
            throw new AssertionError("no attempt within a minute");
        }
    }
}
