// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Email;
import dev.mailer.api.Mailer;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.MemoryTransport;
import dev.mailer.smtp.SmtpTransportFactory;
import dev.mailer.testkit.TestContext;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;

@ExtendWith(OutputCaptureExtension.class)
class MailerPropertiesTest {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(MailerAutoConfiguration.class));

    @Test
    void every_property_reaches_the_mailer() {
        runner.withPropertyValues(
                        "mailer.transport=memory:",
                        "mailer.transports.bulk=memory:",
                        "mailer.store=memory",
                        "mailer.tenants=acme,globex",
                        "mailer.streams.news.weight=3",
                        "mailer.streams.news.reserved=1",
                        "mailer.streams.news.transport=bulk",
                        "mailer.retry.first=1m",
                        "mailer.retry.longest=2h",
                        "mailer.retry.lifetime=1d",
                        "mailer.retry.jitter=0.1",
                        "mailer.limits.message-size=1MB",
                        "mailer.limits.max-unsettled=8",
                        "mailer.limits.bytes-in-flight=16MB",
                        "mailer.limits.waiting-submissions=100",
                        "mailer.limits.slots=4",
                        "mailer.limits.lease=10s",
                        "mailer.retention.content=1d",
                        "mailer.retention.messages=30d",
                        "mailer.retention.idempotency-keys=2d",
                        "mailer.suppression.bounces=30d",
                        "mailer.suppression.complaints=off",
                        "mailer.close-timeout=5s",
                        "mailer.node-name=one",
                        "mailer.host-name=shop.example.com",
                        "mailer.templates=src/test/resources/mail")
                .run(context -> {
                    MailerEngine mailer = context.getBean(MailerEngine.class);
                    assertThat(mailer.transports()).hasSize(2);
                    Email mail = Email.builder()
                            .from("shop@example.com")
                            .to("jo@example.org")
                            .template("welcome", Map.of("name", "Jo"))
                            .stream("news")
                            .tenant("acme")
                            .build();
                    assertThat(mailer.await(mailer.send(mail).id(), Duration.ofSeconds(20))
                                    .isSent())
                            .isTrue();
                });
    }

    /** Each of them is out of bounds, and named by the option as the mailer calls it. */
    @Test
    void no_property_is_lost_on_its_way() {
        Map<String, String> wrong = new HashMap<>();
        wrong.put("mailer.streams.news.weight=0", "streams.news.weight");
        wrong.put("mailer.streams.news.reserved=-1", "streams.news.reserved");
        wrong.put("mailer.retry.first=0s", "retry.first");
        wrong.put("mailer.retry.longest=0s", "retry.longest");
        wrong.put("mailer.retry.lifetime=0s", "retry.lifetime");
        wrong.put("mailer.retry.jitter=0.9", "retry.jitter");
        wrong.put("mailer.limits.message-size=0B", "limits.messageSize");
        wrong.put("mailer.limits.max-unsettled=0", "limits.maxUnsettled");
        wrong.put("mailer.limits.bytes-in-flight=0B", "limits.bytesInFlight");
        wrong.put("mailer.limits.waiting-submissions=0", "limits.waitingSubmissions");
        wrong.put("mailer.limits.slots=0", "limits.slots");
        wrong.put("mailer.limits.lease=1s", "limits.lease");
        wrong.put("mailer.retention.content=-1s", "retention.content");
        wrong.put("mailer.retention.messages=-1s", "retention.messages");
        wrong.put("mailer.retention.idempotency-keys=1h", "retention.idempotencyKeys");
        wrong.put("mailer.suppression.bounces=1s", "suppression.bounces");
        wrong.put("mailer.suppression.complaints=1s", "suppression.complaints");
        wrong.put("mailer.close-timeout=2h", "closeTimeout");
        wrong.put("mailer.tenants=a b", "tenants");
        wrong.forEach((property, option) -> runner.withPropertyValues("mailer.transport=memory:", property)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .as(property)
                        .hasMessageStartingWith(option + ": ")));
    }

    @Test
    void a_name_that_is_no_property_is_an_error() {
        runner.withPropertyValues("mailer.transport=memory:", "mailer.transprot=memory:")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("The elements [mailer.transprot] were left unbound"));
    }

    @Test
    void the_server_of_spring_mail_is_the_way_out_unless_one_is_set() {
        runner.withPropertyValues("spring.mail.host=mail.example.com", "spring.mail.port=2525")
                .run(context -> assertThat(context.getBean(MailerEngine.class).transports())
                        .containsExactly("smtp://mail.example.com:2525"));
        runner.withPropertyValues("spring.mail.host=mail.example.com", "mailer.transport=memory:")
                .run(context -> assertThat(context.getBean(MailerEngine.class).transports())
                        .noneMatch(name -> name.startsWith("smtp")));
    }

    @Test
    void spring_mail_is_read_with_its_login_and_timeouts() {
        MockEnvironment environment = new MockEnvironment()
                .withProperty("spring.mail.host", "mail.example.com")
                .withProperty("spring.mail.username", "shop@example.com")
                .withProperty("spring.mail.password", "p:s/w d%")
                .withProperty("spring.mail.properties.mail.smtp.connectiontimeout", "5000")
                .withProperty("spring.mail.properties.mail.smtp.timeout", "3000")
                .withProperty("spring.mail.properties.mail.smtp.writetimeout", "4000")
                .withProperty("spring.mail.properties.mail.smtp.starttls.enable", "true")
                .withProperty("spring.mail.properties.mail.smtp.starttls.required", "true");

        assertThat(SpringMailServer.of(environment).uri())
                .isEqualTo("smtp://shop%40example.com:p%3As%2Fw%20d%25@mail.example.com:25"
                        + "?tls=required&connectTimeout=5000ms&readTimeout=3000ms&writeTimeout=4000ms");
        environment.setProperty("spring.mail.ssl.enabled", "true");
        assertThat(SpringMailServer.of(environment).uri())
                .startsWith("smtps://")
                .contains("@mail.example.com:465?connectTimeout");
        assertThat(SpringMailServer.of(new MockEnvironment()
                                .withProperty("spring.mail.host", "localhost")
                                .withProperty("spring.mail.username", "a")
                                .withProperty("spring.mail.password", "b"))
                        .uri())
                .isEqualTo("smtp://a:b@localhost:25?tls=never");
        assertThat(SpringMailServer.of(new MockEnvironment())).isNull();
    }

    @Test
    void an_empty_user_is_none_and_one_without_a_password_does_not_log_in() {
        MockEnvironment environment = new MockEnvironment()
                .withProperty("spring.mail.host", "mail.example.com")
                .withProperty("spring.mail.username", "")
                .withProperty("spring.mail.password", "");

        assertThat(SpringMailServer.of(environment).uri()).isEqualTo("smtp://mail.example.com:25");
        environment.setProperty("spring.mail.username", "shop");
        assertThat(SpringMailServer.of(environment).uri()).isEqualTo("smtp://mail.example.com:25");
        environment.setProperty("spring.mail.properties.mail.smtp.auth", "true");
        assertThatThrownBy(() -> SpringMailServer.of(environment).uri())
                .isInstanceOf(MailerConfigException.class)
                .hasMessage(
                        "spring.mail.password: is missing, and spring.mail.username and mail.smtp.auth ask for a login; set it, or leave them out");
    }

    @Test
    void what_is_read_of_spring_mail_is_not_warned_of(CapturedOutput output) {
        String uri = SpringMailServer.of(new MockEnvironment()
                        .withProperty("spring.mail.host", "mail.example.com")
                        .withProperty("spring.mail.properties.mail.smtp.from", "bounces@example.com")
                        .withProperty("spring.mail.properties.mail.smtp.sendpartial", "true"))
                .uri();

        assertThat(uri).isEqualTo("smtp://mail.example.com:25");
        assertThat(output)
                .contains("has no counterpart for [spring.mail.properties.mail.smtp.sendpartial]")
                .doesNotContain("mail.smtp.from");
    }

    @Test
    void what_jakarta_mail_calls_otherwise_has_its_counterpart(CapturedOutput output) {
        String smtp = "spring.mail.properties.mail.smtp.";
        MockEnvironment environment = new MockEnvironment()
                .withProperty("spring.mail.host", "mail.example.com")
                .withProperty("spring.mail.username", "jo")
                .withProperty("spring.mail.password", "x")
                .withProperty(smtp + "localaddress", "192.0.2.1")
                .withProperty(smtp + "proxy.host", "proxy.example.com")
                .withProperty(smtp + "proxy.user", "jo")
                .withProperty(smtp + "proxy.password", "p@s s")
                .withProperty(smtp + "dsn.notify", "SUCCESS, FAILURE")
                .withProperty(smtp + "dsn.ret", "HDRS")
                .withProperty(smtp + "auth.mechanisms", "XOAUTH2 PLAIN")
                .withProperty(smtp + "chunksize", "65536");

        TransportUri uri = TransportUri.parse(SpringMailServer.of(environment).uri());

        assertThat(uri.options())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "sourceAddress", "192.0.2.1",
                        "proxy", "http://jo:p%40s%20s@proxy.example.com:80",
                        "dsn", "success,failure",
                        "auth", "xoauth2",
                        "chunking", "offered"));
        try (Transport transport = new SmtpTransportFactory().create(uri, TestContext.create())) {
            assertThat(transport.name()).isEqualTo("smtp://mail.example.com:25");
        }
        assertThat(output).doesNotContain("no counterpart");
    }

    @Test
    void a_socks_proxy_may_have_its_port_behind_the_host_and_mechanisms_for_passwords_are_our_choice(
            CapturedOutput output) {
        String smtp = "spring.mail.properties.mail.smtp.";
        MockEnvironment environment = new MockEnvironment()
                .withProperty("spring.mail.host", "mail.example.com")
                .withProperty(smtp + "socks.host", "proxy.example.com:1081")
                .withProperty(smtp + "auth.mechanisms", "LOGIN PLAIN")
                .withProperty(smtp + "chunksize", "0");

        assertThat(SpringMailServer.of(environment).uri())
                .isEqualTo("smtp://mail.example.com:25?proxy=socks5%3A%2F%2Fproxy.example.com%3A1081");
        environment.setProperty(smtp + "socks.host", "proxy.example.com");
        assertThat(SpringMailServer.of(environment).uri()).endsWith("proxy.example.com%3A1080");
        environment.setProperty(smtp + "socks.port", "1082");
        assertThat(SpringMailServer.of(environment).uri()).endsWith("proxy.example.com%3A1082");
        assertThat(output).doesNotContain("no counterpart");
    }

    @Test
    void a_value_without_a_counterpart_is_told_with_what_there_is(CapturedOutput output) {
        String smtp = "spring.mail.properties.mail.smtp.";

        String uri = SpringMailServer.of(new MockEnvironment()
                        .withProperty("spring.mail.host", "mail.example.com")
                        .withProperty(smtp + "localaddress", "mta1.example.com")
                        .withProperty(smtp + "dsn.ret", "FULL")
                        .withProperty(smtp + "auth.mechanisms", "NTLM"))
                .uri();

        assertThat(uri).isEqualTo("smtp://mail.example.com:25");
        assertThat(output)
                .contains("mail.smtp.localaddress (option sourceAddress takes an address and no name)")
                .contains("mail.smtp.dsn.ret (notices have the header alone, RET=HDRS)")
                .contains("mail.smtp.auth.mechanisms (option auth takes scram-sha-256, plain, login, cram-md5,");
    }

    @Test
    void a_secret_is_a_property_of_the_application() {
        runner.withPropertyValues(
                        "mailer.transport=smtp://user@mail.example.com?secret=shop.password", "shop.password=x")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void templates_come_from_the_class_path_and_out_of_a_jar(@TempDir Path folder) throws Exception {
        assertThat(subject(runner.withPropertyValues("mailer.templates=classpath:mail")))
                .contains("Subject: Welcome, Jo");
        Path jar = folder.resolve("app.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream zip = new JarOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("packed/"));
            zip.putNextEntry(new ZipEntry("packed/welcome/"));
            for (String part : new String[] {"subject.vm", "text.vm"}) {
                zip.putNextEntry(new ZipEntry("packed/welcome/" + part));
                try (InputStream in = getClass().getResourceAsStream("/mail/welcome/" + part)) {
                    in.transferTo(zip);
                }
            }
        }
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader())) {
            assertThat(subject(runner.withClassLoader(loader).withPropertyValues("mailer.templates=classpath:packed")))
                    .contains("Subject: Welcome, Jo");
        }
        runner.withPropertyValues("mailer.transport=memory:", "mailer.templates=classpath:nowhere")
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining("templates: "));
    }

    private static String subject(ApplicationContextRunner runner) {
        MemoryTransport sent = new MemoryTransport();
        runner.withBean(MemoryTransport.class, () -> sent).run(context -> {
            Mailer mailer = context.getBean(Mailer.class);
            mailer.send(mail ->
                    mail.from("shop@example.com").to("jo@example.org").template("welcome", Map.of("name", "Jo")));
        });
        return new String(sent.sent().get(0).content().toByteArray(), StandardCharsets.UTF_8);
    }

    @Test
    void tools_know_the_properties() throws Exception {
        try (InputStream in = getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .contains(
                            "\"mailer.transport\"",
                            "\"mailer.data-source\"",
                            "\"mailer.limits.max-unsettled\"",
                            "\"mailer.retry.first\"",
                            "\"mailer.mailbox.path\"",
                            "\"mailer.java-mail-sender\"",
                            "Most copies that one crash can cause.");
        }
    }
}
