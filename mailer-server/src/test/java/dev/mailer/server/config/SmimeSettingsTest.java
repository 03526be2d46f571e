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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmimeSettingsTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    private static Path keys;

    private static Path store;

    /** With the tool of the JDK, which makes PKCS#12. */
    @BeforeAll
    static void makeKey() throws Exception {
        store = keys.resolve("shop.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-dname",
                        "CN=Shop",
                        "-ext",
                        "san=email:shop@example.com,email:jo@example.org",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "geheim",
                        "-startdate",
                        "-1d",
                        "-validity",
                        "3650")
                .redirectErrorStream(true)
                .redirectOutput(keys.resolve("said").toFile())
                .start();
        assertThat(keytool.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue())
                .as(Files.readString(keys.resolve("said")))
                .isZero();
    }

    @Test
    void what_is_sent_is_signed_and_refused_without_a_certificate() throws Exception {
        Map<String, String> given = new HashMap<>(signing());
        assertThat(sent(given)).contains("Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"");

        given.put("smime.certificates", keys.toString());
        given.put("smime.secret", SECRET);
        MailerBuilder builder = Mailers.builder().store("memory").transport("null:");
        SettingsReader.read(null, Map.of(), given).engine().accept(builder);
        try (MailerEngine engine = builder.build()) {
            MessageId id = engine.send(mail()).id();
            assertThat(engine.await(id, Duration.ofSeconds(60)).deliveries())
                    .singleElement()
                    .satisfies(d -> {
                        assertThat(d.state()).isEqualTo(DeliveryState.FAILED);
                        assertThat(d.failure().reason()).isEqualTo("smime-no-certificate");
                    });
        }

        given.put("smime.missing", "send");
        given.put("smime.encryption", "aes-256-gcm");
        assertThat(sent(given)).contains("multipart/signed");
    }

    @Test
    void secrets_are_not_shown() {
        Map<String, String> given = new HashMap<>(signing());
        given.put("smime.certificates", keys.toString());
        given.put("smime.secret", SECRET);
        Settings settings = SettingsReader.read(null, Map.of(), given);

        assertThat(settings.shown())
                .anyMatch(s -> s.key().equals("smime.identities.shop.passphrase")
                        && s.value().equals("***"))
                .anyMatch(s -> s.key().equals("smime.secret") && s.value().equals("***"));
        assertThat(settings.toString()).doesNotContain(SECRET, "geheim");
    }

    @Test
    void variables_of_the_environment_name_the_group() {
        Settings settings = SettingsReader.read(
                null,
                Map.of(
                        "MAILER_SMIME_IDENTITIES_SHOP_SENDER", "shop@example.com",
                        "MAILER_SMIME_IDENTITIES_SHOP_KEY_FILE", store.toString(),
                        "MAILER_SMIME_IDENTITIES_SHOP_PASSPHRASE", "geheim"),
                Map.of());

        assertThat(settings.warnings()).isEmpty();
        assertThat(settings.shown()).anyMatch(s -> s.key().equals("smime.identities.shop.sender"));
    }

    @Test
    void problems_name_the_setting() throws IOException {
        Path rubbish = Files.writeString(keys.resolve("rubbish"), "rubbish");

        problem(
                Map.of("smime.identities.shop.keyFile", store.toString()),
                "smime.identities.shop.sender: is missing: 'shop' is no domain that sends mail");
        problem(
                Map.of("smime.identities.shop.sender", "shop@example.com"),
                "smime.identities.shop.key: is missing, and so is smime.identities.shop.keyFile");
        problem(
                Map.of("smime.identities.example.com.keyFile", rubbish.toString()),
                "smime.identities.example.com: has no private key: PEM with");
        problem(
                Map.of(
                        "smime.identities.example.com.keyFile",
                        store.toString(),
                        "smime.identities.example.com.passphrase",
                        "falsch"),
                "smime.identities.example.com: is no PKCS#12 that this passphrase opens; give it in base64");
        problem(
                Map.of("smime.secret", SECRET),
                "smime.secret: is set without smime.certificates, the folder to encrypt for");
        problem(
                Map.of("smime.certificates", keys.toString()),
                "smime.secret: is missing; \"openssl rand -base64 32\" makes one");
        problem(
                Map.of("smime.certificates", keys.toString(), "smime.secret", "short"),
                "smime.secret: has 5 characters, the least is 32");
        problem(
                Map.of("smime.certificates", keys.toString(), "smime.secret", SECRET, "smime.missing", "maybe"),
                "smime.missing: 'maybe' is not refuse or send");
    }

    private static Map<String, String> signing() {
        return Map.of(
                "smime.identities.shop.sender", "shop@example.com",
                "smime.identities.shop.keyFile", store.toString(),
                "smime.identities.shop.passphrase", "geheim");
    }

    private static String sent(Map<String, String> given) throws Exception {
        try (ScriptedSmtpServer peer = ScriptedSmtpServer.start()) {
            MailerBuilder builder = Mailers.builder().store("memory").transport(peer.uri());
            SettingsReader.read(null, Map.of(), given).engine().accept(builder);
            try (MailerEngine engine = builder.build()) {
                engine.send(mail());
                return peer.awaitMails(1, Duration.ofSeconds(60))
                        .get(0)
                        .content()
                        .asUtf8();
            }
        }
    }

    private static Email mail() {
        return Email.builder()
                .from("shop@example.com")
                .to("jo@example.org")
                .subject("hi")
                .text("Thank you!")
                .build();
    }

    private static void problem(Map<String, String> given, String problem) {
        assertThatThrownBy(() -> SettingsReader.read(null, Map.of(), given))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(problem);
    }
}
