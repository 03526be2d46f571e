// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.Mailer;
import dev.mailer.api.MessageId;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import dev.mailer.testkit.smtp.TestTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Servers whose authority only a bundle of the application knows. */
@ExtendWith(OutputCaptureExtension.class)
class SslBundleTest {
    private static final TestTls ONE = TestTls.localhost();
    private static final TestTls OTHER = TestTls.localhost();

    @TempDir
    private Path folder;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(MailerAutoConfiguration.class, SslAutoConfiguration.class));

    @Test
    void a_private_authority_is_trusted_with_the_bundle_only() throws Exception {
        try (ScriptedSmtpServer startTls =
                        ScriptedSmtpServer.builder().startTls(ONE).start();
                ScriptedSmtpServer smtps =
                        ScriptedSmtpServer.builder().implicitTls(ONE).start()) {
            for (ScriptedSmtpServer server : List.of(startTls, smtps)) {
                String uri = server.uri() + (server == startTls ? "?tls=required" : "");
                runner.withPropertyValues("mailer.transport=" + uri)
                        .run(context -> assertThat(reasonOfDeferral(context.getBean(Mailer.class)))
                                .isEqualTo("tls-untrusted"));
                runner.withPropertyValues(trust("private", ONE, false))
                        .withPropertyValues("mailer.transport=" + uri, "mailer.ssl-bundle=private")
                        .run(context -> assertSent(context.getBean(Mailer.class)));
                runner.withPropertyValues(trust("private", ONE, false))
                        .withPropertyValues(
                                "spring.mail.host=127.0.0.1",
                                "spring.mail.port=" + server.port(),
                                "spring.mail.ssl.bundle=private",
                                server == startTls
                                        ? "spring.mail.properties.mail.smtp.starttls.required=true"
                                        : "spring.mail.protocol=smtps")
                        .run(context -> assertSent(context.getBean(Mailer.class)));
                assertThat(server.mails()).hasSize(2);
            }
        }
    }

    @Test
    void a_client_certificate_is_shown() throws Exception {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.builder()
                .implicitTls(ONE)
                .clientCertificates()
                .start()) {
            ApplicationContextRunner to = runner.withPropertyValues(trust("private", ONE, false))
                    .withPropertyValues("mailer.transport=" + server.uri(), "mailer.ssl-bundle=private");
            to.run(context ->
                    assertThat(reasonOfDeferral(context.getBean(Mailer.class))).isNotEmpty());
            to.withPropertyValues(
                            "spring.ssl.bundle.pem.private.keystore.certificate=" + ONE.certificatePem(),
                            "spring.ssl.bundle.pem.private.keystore.private-key=" + ONE.privateKeyPem())
                    .run(context -> assertSent(context.getBean(Mailer.class)));
            assertThat(server.mails()).hasSize(1);
        }
    }

    @Test
    void a_renewed_bundle_is_for_the_next_mail(CapturedOutput output) throws Exception {
        try (ScriptedSmtpServer server =
                ScriptedSmtpServer.builder().implicitTls(ONE).start()) {
            runner.withPropertyValues(trust("private", ONE, true))
                    .withPropertyValues(
                            "mailer.transport=" + server.uri() + "?idleTimeout=5m",
                            "mailer.ssl-bundle=private",
                            "mailer.retry.first=100ms",
                            "mailer.retry.longest=100ms",
                            "spring.ssl.bundle.watch.file.quiet-period=50ms")
                    .run(context -> {
                        Mailer mailer = context.getBean(Mailer.class);
                        assertSent(mailer);
                        assertSent(mailer);
                        assertThat(server.sessions()).hasSize(1);

                        write("private", OTHER.authorityPem());
                        await().atMost(Duration.ofSeconds(60)).until(() -> failed(mailer, send(mailer)));
                        assertThat(server.awaitEnd(Duration.ofSeconds(20))).isTrue();

                        write("private", ONE.authorityPem());
                        await().atMost(Duration.ofSeconds(60))
                                .until(() -> server.sessions().stream()
                                                .filter(session ->
                                                        !session.mails().isEmpty())
                                                .count()
                                        == 2);

                        write("private", "no certificate");
                        await().atMost(Duration.ofSeconds(60))
                                .untilAsserted(
                                        () -> assertThat(output).contains("cannot be used, what it was before stays"));
                        assertSent(mailer);
                    });
        }
    }

    @Test
    void each_mailer_has_its_own() throws Exception {
        try (ScriptedSmtpServer shop =
                        ScriptedSmtpServer.builder().implicitTls(ONE).start();
                ScriptedSmtpServer billing =
                        ScriptedSmtpServer.builder().implicitTls(OTHER).start()) {
            runner.withPropertyValues(trust("one", ONE, false))
                    .withPropertyValues(trust("other", OTHER, false))
                    .withPropertyValues(
                            "mailer.transport=" + shop.uri(),
                            "mailer.ssl-bundle=one",
                            "mailer.mailers.billing.transport=" + billing.uri(),
                            "mailer.mailers.billing.ssl-bundle=other",
                            "mailer.mailers.billing.store=memory",
                            "mailer.mailers.wrong.transport=" + billing.uri(),
                            "mailer.mailers.wrong.ssl-bundle=one",
                            "mailer.mailers.wrong.store=memory")
                    .run(context -> {
                        assertSent(context.getBean("mailer", Mailer.class));
                        assertSent(context.getBean("billingMailer", Mailer.class));
                        assertThat(reasonOfDeferral(context.getBean("wrongMailer", Mailer.class)))
                                .isEqualTo("tls-untrusted");
                    });
        }
    }

    @Test
    void a_bundle_that_is_none_keeps_it_from_starting() throws Exception {
        ApplicationContextRunner with = runner.withPropertyValues(trust("private", ONE, false));
        with.withPropertyValues("mailer.transport=smtp://mail.example.com", "mailer.ssl-bundle=privat")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("sslBundle: is 'privat', and there is no such SSL bundle; known are"
                                + " [private]; spring.ssl.bundle.pem.privat or spring.ssl.bundle.jks.privat makes it"));
        with.withPropertyValues("spring.mail.host=mail.example.com", "spring.mail.ssl.bundle=privat")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("spring.mail.ssl.bundle: is 'privat', and there is no such"));
        runner.withPropertyValues(
                        "mailer.transport=smtp://mail.example.com",
                        "mailer.ssl-bundle=mail",
                        "spring.ssl.bundle.jks.mail.truststore.location=file:" + folder.resolve("none.p12"))
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("sslBundle: is 'mail', which cannot be used: ")
                        .hasStackTraceContaining("none.p12"));
    }

    private String[] trust(String bundle, TestTls authority, boolean reload) throws IOException {
        write(bundle, authority.authorityPem());
        return new String[] {
            "spring.ssl.bundle.pem." + bundle + ".truststore.certificate=file:" + folder.resolve(bundle + ".pem"),
            "spring.ssl.bundle.pem." + bundle + ".reload-on-update=" + reload
        };
    }

    /** At once, so that nobody reads half of it. */
    private void write(String bundle, String pem) throws IOException {
        Path written = Files.writeString(folder.resolve(bundle + ".new"), pem);
        Files.move(written, folder.resolve(bundle + ".pem"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void assertSent(Mailer mailer) {
        assertThat(mailer.await(send(mailer), Duration.ofSeconds(20)).isSent()).isTrue();
    }

    /** False once it is sent. */
    private static boolean failed(Mailer mailer, MessageId id) {
        return reason(mailer, id) != null;
    }

    private static String reasonOfDeferral(Mailer mailer) {
        return reason(mailer, send(mailer));
    }

    private static String reason(Mailer mailer, MessageId id) {
        List<DeliveryStatus> seen = new ArrayList<>();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            DeliveryStatus delivery = mailer.find(id).deliveries().get(0);
            seen.add(delivery);
            return delivery.failure() != null || mailer.find(id).isSent();
        });
        DeliveryStatus last = seen.get(seen.size() - 1);
        return last.failure() == null ? null : last.failure().reason();
    }

    private static MessageId send(Mailer mailer) {
        return mailer.send(mail -> mail.from("shop@example.com")
                        .to("jo@example.org")
                        .subject("Welcome")
                        .text("Welcome!"))
                .id();
    }
}
