// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Email;
import dev.mailer.core.MailerEngine;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SmimePropertiesTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(MailerAutoConfiguration.class))
            .withPropertyValues("mailer.store=memory");

    @TempDir
    private Path folder;

    @Test
    void what_is_sent_is_signed_by_the_identity_of_the_properties() throws Exception {
        Path store = store();
        try (ScriptedSmtpServer peer = ScriptedSmtpServer.start()) {
            runner.withPropertyValues(
                            "mailer.transport=" + peer.uri(),
                            "mailer.smime.identities.shop.sender=shop@example.com",
                            "mailer.smime.identities.shop.key-file=" + store.toUri(),
                            "mailer.smime.identities.shop.passphrase=geheim",
                            "mailer.smime.certificates=" + folder,
                            "mailer.smime.secret=" + SECRET,
                            "mailer.smime.missing=send")
                    .run(context -> {
                        context.getBean(MailerEngine.class)
                                .send(Email.builder()
                                        .from("shop@example.com")
                                        .to("jo@example.org")
                                        .subject("hi")
                                        .text("Thank you!")
                                        .build());

                        assertThat(peer.awaitMails(1, Duration.ofSeconds(60))
                                        .get(0)
                                        .content()
                                        .asUtf8())
                                .contains("multipart/signed; protocol=\"application/pkcs7-signature\"");
                    });
        }
    }

    @Test
    void what_is_wrong_is_told_by_the_property() {
        fails("smime.identities.shop.sender: is missing: 'shop' is no domain that sends mail", "identities.shop.key=x");
        fails(
                "smime.identities.shop.key: is missing, and so is a file that has it",
                "identities.shop.sender=shop@example.com");
        fails(
                "smime.identities.shop: has no private key: PEM with",
                "identities.shop.sender=shop@example.com",
                "identities.shop.key=x");
        fails(
                "smime.secret: is set without smime.certificates, the folder of those that mail is encrypted for",
                "secret=" + SECRET);
        fails(
                "smime.certificates: is not a folder that exists",
                "secret=" + SECRET,
                "certificates=" + folder + "/none");
        fails("smime.secret: is missing; \"openssl rand -base64 32\" makes one", "certificates=" + folder);
        fails(
                "smime.missing: is 'maybe', not refuse or send",
                "certificates=" + folder,
                "secret=" + SECRET,
                "missing=maybe");
    }

    @Test
    void secrets_are_not_printed() {
        assertThat(new SmimeSettings(null, "folder", SECRET, null, null).toString())
                .contains("folder")
                .doesNotContain(SECRET);
        assertThat(new SmimeSettings.Identity("shop@example.com", "KEY", null, "geheim").toString())
                .doesNotContain("KEY", "geheim");
    }

    private void fails(String message, String... properties) {
        ApplicationContextRunner failing = runner.withPropertyValues("mailer.transport=memory:");
        for (String property : properties) {
            failing = failing.withPropertyValues("mailer.smime." + property);
        }
        failing.run(context -> assertThat(context).getFailure().rootCause().hasMessageStartingWith(message));
    }

    /** By the tool of the JDK. */
    private Path store() throws Exception {
        Path store = folder.resolve("shop.p12");
        Path said = folder.resolve("said");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=Shop",
                        "-ext",
                        "san=email:shop@example.com",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "geheim",
                        "-startdate",
                        "-1d")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(keytool.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).as(Files.readString(said)).isZero();
        return store;
    }
}
