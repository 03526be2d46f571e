// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Email;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.Bytes;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.smtp.dkim.DkimAlgorithm;
import dev.mailer.smtp.dkim.DkimPrivateKey;
import dev.mailer.smtp.dkim.DkimResult;
import dev.mailer.smtp.dkim.DkimVerifier;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DkimSettingsTest {
    private static final String KEY =
            DkimPrivateKey.generate(DkimAlgorithm.ED25519).toPem().reveal().replaceAll("-----[A-Z ]+-----|\n", "");

    @TempDir
    private Path folder;

    @Test
    void what_is_sent_is_signed() throws Exception {
        DkimPrivateKey rsa = DkimPrivateKey.generate(DkimAlgorithm.RSA);
        DkimPrivateKey ed25519 = DkimPrivateKey.parse(Secret.of(KEY));
        Path file = Files.writeString(folder.resolve("rsa.pem"), rsa.toPem().reveal());
        Map<String, String> given = new HashMap<>(Map.of(
                "dkim.example.com.selector", "r1",
                "dkim.example.com.keyFile", file.toString(),
                "dkim.second.domain", "example.com",
                "dkim.second.selector", "e1",
                "dkim.second.key", KEY));
        Settings settings = SettingsReader.read(null, Map.of(), given);
        try (ScriptedSmtpServer peer = ScriptedSmtpServer.start()) {
            MailerBuilder builder = Mailers.builder().store("memory").transport(peer.uri());
            settings.engine().accept(builder);
            try (MailerEngine engine = builder.build()) {
                engine.send(Email.builder()
                        .from("shop@example.com")
                        .to("jo@example.org")
                        .subject("hi")
                        .text("Thank you!")
                        .build());
                Bytes mail = peer.awaitMails(1, Duration.ofSeconds(60)).get(0).content();
                Map<String, String> records = Map.of(
                        "r1._domainkey.example.com", rsa.record(), "e1._domainkey.example.com", ed25519.record());
                DkimVerifier verifier = new DkimVerifier(name -> List.of(records.get(name)), InstantSource.system());

                assertThat(verifier.verify(mail::writeTo))
                        .extracting(DkimResult::toString)
                        .containsExactly(
                                "pass (rsa-sha256, d=example.com, s=r1)", "pass (ed25519-sha256, d=example.com, s=e1)");
            }
        }
    }

    @Test
    void keys_are_not_shown() {
        Settings settings = SettingsReader.read(
                null, Map.of(), Map.of("dkim.example.com.selector", "s1", "dkim.example.com.key", KEY));

        assertThat(settings.shown())
                .anyMatch(
                        s -> s.key().equals("dkim.example.com.key") && s.value().equals("***"));
        assertThat(settings.toString()).doesNotContain(KEY);
    }

    @Test
    void variables_of_the_environment_name_the_group() {
        Settings settings = SettingsReader.read(
                null,
                Map.of(
                        "MAILER_DKIM_MAIN_DOMAIN", "example.com",
                        "MAILER_DKIM_MAIN_SELECTOR", "s1",
                        "MAILER_DKIM_MAIN_KEY", KEY),
                Map.of());

        assertThat(settings.shown())
                .anyMatch(s -> s.key().equals("dkim.main.domain") && s.value().equals("example.com"));
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void problems_name_the_setting() throws IOException {
        Path rubbish = Files.writeString(folder.resolve("rubbish"), "rubbish");

        problem(Map.of("dkim.example.com.key", KEY), "dkim.example.com.selector: is missing");
        problem(
                Map.of("dkim.example.com.selector", "s1"),
                "dkim.example.com.key: is missing, and so is dkim.example.com.keyFile; \"mailer dkim keygen\" makes a key");
        problem(
                Map.of("dkim.example.com.selector", "s1", "dkim.example.com.key", "AAAA"),
                "dkim.example.com.key: the key is neither PEM nor a key in base64 (from the command line)");
        problem(
                Map.of("dkim.example.com.selector", "s1", "dkim.example.com.keyFile", rubbish.toString()),
                "dkim.example.com.keyFile: the key is neither PEM nor a key in base64 (from the command line)");
        problem(
                Map.of("dkim.example.com.selector", "s1", "dkim.example.com.keyFile", "no-such-file"),
                "dkim.example.com.keyFile: 'no-such-file' is not a file that exists (from the command line)");
        problem(
                Map.of("dkim.main.domain", "a b", "dkim.main.selector", "s1", "dkim.main.key", KEY),
                "dkim.main: \"a b\" is no domain");
        problem(
                Map.of(
                        "dkim.example.com.selector",
                        "s1",
                        "dkim.example.com.key",
                        KEY,
                        "dkim.example.com.keyFile",
                        rubbish.toString()),
                "dkim.example.com.keyFile: is set beside dkim.example.com.key: one is enough (from the command line)");
        problem(
                Map.of("dkim.example.com.selector", "s1", "dkim.example.com.key", KEY, "dkim.example.com.from", "soon"),
                "dkim.example.com.from: 'soon' is not a time such as 2026-12-01T00:00:00Z (from the command line)");
        problem(
                Map.of(
                        "dkim.example.com.selector", "s1",
                        "dkim.example.com.key", KEY,
                        "dkim.b.domain", "example.com",
                        "dkim.b.selector", "s2",
                        "dkim.b.key", KEY),
                "dkim.example.com.s1: begins when s2 does, which is an ed25519 key too:"
                        + " say from when on the newer one signs");
    }

    private static void problem(Map<String, String> given, String problem) {
        assertThatThrownBy(() -> SettingsReader.read(null, Map.of(), given))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(problem);
    }
}
