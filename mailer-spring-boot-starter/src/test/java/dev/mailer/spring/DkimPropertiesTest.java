// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Email;
import dev.mailer.api.Secret;
import dev.mailer.core.MailerEngine;
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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class DkimPropertiesTest {
    private static final String KEY =
            DkimPrivateKey.generate(DkimAlgorithm.ED25519).toPem().reveal().replaceAll("-----[A-Z ]+-----|\n", "");

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(MailerAutoConfiguration.class))
            .withPropertyValues("mailer.store=memory");

    @TempDir
    private Path folder;

    @Test
    void what_is_sent_is_signed_with_the_keys_of_the_properties() throws IOException {
        DkimPrivateKey rsa = DkimPrivateKey.generate(DkimAlgorithm.RSA);
        Path file = Files.writeString(folder.resolve("rsa.pem"), rsa.toPem().reveal());
        Map<String, String> records = Map.of(
                "r1._domainkey.example.com", rsa.record(),
                "e1._domainkey.example.com",
                        DkimPrivateKey.parse(Secret.of(KEY)).record());
        try (ScriptedSmtpServer peer = ScriptedSmtpServer.start()) {
            runner.withPropertyValues(
                            "mailer.transport=" + peer.uri(),
                            "mailer.dkim[example.com].selector=r1",
                            "mailer.dkim[example.com].key-file=" + file,
                            "mailer.dkim.e.domain=example.com",
                            "mailer.dkim.e.selector=e1",
                            "mailer.dkim.e.key=" + KEY,
                            "mailer.dkim.next.domain=example.com",
                            "mailer.dkim.next.selector=e2",
                            "mailer.dkim.next.key=" + KEY,
                            "mailer.dkim.next.from=2999-01-01T00:00:00Z")
                    .run(context -> {
                        context.getBean(MailerEngine.class)
                                .send(Email.builder()
                                        .from("shop@news.example.com")
                                        .to("jo@example.org")
                                        .subject("hi")
                                        .text("Thank you!")
                                        .build());
                        var mail = peer.awaitMails(1, Duration.ofSeconds(60))
                                .get(0)
                                .content();

                        assertThat(new DkimVerifier(name -> List.of(records.get(name)), InstantSource.system())
                                        .verify(mail::writeTo))
                                .extracting(DkimResult::toString)
                                .containsExactly(
                                        "pass (rsa-sha256, d=example.com, s=r1)",
                                        "pass (ed25519-sha256, d=example.com, s=e1)");
                    });
        }
    }

    @Test
    void what_is_wrong_is_told_by_the_property() {
        fails("dkim.main.selector: is missing", "mailer.dkim.main.key=" + KEY);
        fails(
                "dkim.main.key: is missing, and so is a file that has it; \"mailer dkim keygen\" makes one",
                "mailer.dkim.main.selector=s1");
        fails(
                "dkim.main.key: the key is neither PEM nor a key in base64",
                "mailer.dkim.main.selector=s1",
                "mailer.dkim.main.key=AAAA");
        fails(
                "dkim.main.keyFile: is set beside the key itself: one is enough",
                "mailer.dkim.main.selector=s1",
                "mailer.dkim.main.key=" + KEY,
                "mailer.dkim.main.key-file=x");
        fails(
                "dkim.main.keyFile: cannot be read: ",
                "mailer.dkim.main.selector=s1",
                "mailer.dkim.main.key-file=" + folder.resolve("none"));
        fails(
                "dkim.main.domain: is missing: 'main' is no domain that sends mail",
                "mailer.dkim.main.selector=s1",
                "mailer.dkim.main.key=" + KEY);
        fails(
                "dkim.main: \"a b\" is no domain",
                "mailer.dkim.main.domain=a b",
                "mailer.dkim.main.selector=s1",
                "mailer.dkim.main.key=" + KEY);
        fails(
                "dkim: example.com.s2 begins when s1 does, which is an ed25519 key too:"
                        + " say from when on the newer one signs",
                "mailer.dkim.a.domain=example.com",
                "mailer.dkim.a.selector=s1",
                "mailer.dkim.a.key=" + KEY,
                "mailer.dkim.b.domain=example.com",
                "mailer.dkim.b.selector=s2",
                "mailer.dkim.b.key=" + KEY);
    }

    @Test
    void the_key_is_not_printed() {
        assertThat(new DkimSettings("example.com", "s1", KEY, null, null).toString())
                .contains("example.com")
                .doesNotContain(KEY);
    }

    private void fails(String message, String... properties) {
        runner.withPropertyValues("mailer.transport=memory:")
                .withPropertyValues(properties)
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageStartingWith(message));
    }
}
