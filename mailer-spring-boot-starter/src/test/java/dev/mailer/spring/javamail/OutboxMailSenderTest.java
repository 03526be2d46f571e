// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.javamail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.Mailer;
import dev.mailer.core.MemoryTransport;
import dev.mailer.spring.MailerAutoConfiguration;
import dev.mailer.spring.MailerJavaMailAutoConfiguration;
import jakarta.mail.Message;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.mail.autoconfigure.MailSenderAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mail.MailParseException;
import org.springframework.mail.MailSender;
import org.springframework.mail.SimpleMailMessage;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.mail.javamail.MimeMessageHelper;

@ExtendWith(OutputCaptureExtension.class)
class OutboxMailSenderTest {
    private static final String DIRECT = "mailerDirectSenders";

    private final MemoryTransport sent = new MemoryTransport();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    MailerAutoConfiguration.class,
                    MailerJavaMailAutoConfiguration.class,
                    MailSenderAutoConfiguration.class))
            .withBean(MemoryTransport.class, () -> sent)
            .withPropertyValues("mailer.java-mail-sender=true");

    @Test
    void a_simple_message_is_sent_by_the_outbox() {
        runner.withPropertyValues("spring.mail.host=mail.example.com").run(context -> {
            SimpleMailMessage message = new SimpleMailMessage();
            message.setFrom("Shop <shop@example.com>");
            message.setTo("jo@example.org");
            message.setBcc("archive@example.com");
            message.setSubject("Your order €");
            message.setText("Thank you, Zoë!");
            context.getBean(MailSender.class).send(message);

            String raw = sentMails(1).get(0);
            assertThat(raw).contains("To: jo@example.org").doesNotContainIgnoringCase("bcc:");
            MimeMessage parsed = parse(raw);
            assertThat(parsed.getSubject()).isEqualTo("Your order €");
            assertThat(parsed.getContent().toString().strip()).isEqualTo("Thank you, Zoë!");
            assertThat(parsed.getContentType()).containsIgnoringCase("utf-8");
        });
    }

    @Test
    void a_mime_message_is_kept_as_it_is() {
        runner.run(context -> {
            JavaMailSender sender = context.getBean(JavaMailSender.class);
            MimeMessage message = sender.createMimeMessage();
            MimeMessageHelper helper = new MimeMessageHelper(message, true);
            helper.setFrom("shop@example.com");
            helper.setTo("jo@example.org");
            helper.setSubject("Your invoice");
            helper.setText("plain", "<b>rich</b>");
            helper.addAttachment("invoice.pdf", new org.springframework.core.io.ByteArrayResource(new byte[100]));
            message.setHeader("Message-ID", "<4711@example.com>");
            message.setHeader("X-Shop", "kept");
            sender.send(message);

            MimeMessage parsed = parse(sentMails(1).get(0));
            assertThat(parsed.getMessageID()).isEqualTo("<4711@example.com>");
            assertThat(parsed.getHeader("X-Shop")).containsExactly("kept");
            assertThat(parsed.getContentType()).startsWith("multipart/mixed");
        });
    }

    @Test
    void a_preparator_and_a_parsed_message_work_as_before() {
        runner.run(context -> {
            JavaMailSender sender = context.getBean(JavaMailSender.class);
            sender.send(message -> {
                message.setFrom(new InternetAddress("shop@example.com"));
                message.setRecipients(Message.RecipientType.TO, "jo@example.org");
                message.setSubject("Prepared");
                message.setText("Text");
            });
            String given = "From: shop@example.com\r\nTo: jo@example.org\r\nSubject: Parsed\r\n\r\nText\r\n";
            sender.send(sender.createMimeMessage(new ByteArrayInputStream(given.getBytes(StandardCharsets.US_ASCII))));

            assertThat(sentMails(2)).anyMatch(m -> m.contains("Prepared")).anyMatch(m -> m.contains("Parsed"));
        });
    }

    @Test
    void the_properties_of_spring_mail_are_those_of_its_session() {
        runner.withPropertyValues(
                        "spring.mail.host=mail.example.com",
                        "spring.mail.properties.mail.smtp.from=bounces@example.com",
                        "spring.mail.properties.mail.mime.allowutf8=true")
                .run(context -> {
                    JavaMailSender sender = context.getBean(JavaMailSender.class);
                    sender.send(message -> {
                        message.setFrom(new InternetAddress("shop@example.com"));
                        message.setRecipients(Message.RecipientType.TO, "jo@example.org");
                        message.setText("Text");
                    });

                    await().atMost(Duration.ofSeconds(20)).until(() -> sent.count() == 1);
                    assertThat(sent.sent().get(0).envelope().sender()).hasToString("bounces@example.com");
                    assertThat(sender.createMimeMessage().getSession().getProperty("mail.mime.allowutf8"))
                            .isEqualTo("true");
                });
    }

    @Test
    void with_smtps_the_sender_is_that_of_its_properties() {
        runner.withPropertyValues(
                        "spring.mail.host=mail.example.com",
                        "spring.mail.protocol=smtps",
                        "spring.mail.properties.mail.smtps.from=bounces@example.com")
                .run(context -> {
                    context.getBean(JavaMailSender.class).send(message -> {
                        message.setFrom(new InternetAddress("shop@example.com"));
                        message.setRecipients(Message.RecipientType.TO, "jo@example.org");
                        message.setText("Text");
                    });

                    await().atMost(Duration.ofSeconds(20)).until(() -> sent.count() == 1);
                    assertThat(sent.sent().get(0).envelope().sender()).hasToString("bounces@example.com");
                });
    }

    @Test
    void a_message_that_cannot_be_taken_says_why_and_takes_the_others_of_its_call_with_it() {
        runner.run(context -> {
            JavaMailSender sender = context.getBean(JavaMailSender.class);
            SimpleMailMessage good = new SimpleMailMessage();
            good.setFrom("shop@example.com");
            good.setTo("jo@example.org");
            good.setText("Text");
            SimpleMailMessage nobody = new SimpleMailMessage();
            nobody.setFrom("shop@example.com");
            nobody.setText("Text");

            assertThatThrownBy(() -> sender.send(good, nobody))
                    .isInstanceOf(MailParseException.class)
                    .hasMessageContaining("there is no recipient");
            assertThat(sent.count()).isZero();
        });
    }

    @Test
    void it_is_there_when_it_is_asked_for_only() {
        runner.withPropertyValues("mailer.java-mail-sender=false", "spring.mail.host=mail.example.com")
                .run(context -> assertThat(context.getBean(JavaMailSender.class))
                        .isExactlyInstanceOf(JavaMailSenderImpl.class));
        runner.withClassLoader(new FilteredClassLoader("jakarta.mail"))
                .withPropertyValues("mailer.java-mail-sender=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(MailSender.class));
        runner.withClassLoader(new FilteredClassLoader("jakarta.mail"))
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasRootCauseMessage("javaMailSender: is true, and JavaMail is not on the class path; add"
                                + " spring-boot-starter-mail"));
    }

    @Test
    void a_sender_of_the_application_is_left_alone_and_named(CapturedOutput output) {
        runner.withBean("legacySender", JavaMailSenderImpl.class, JavaMailSenderImpl::new)
                .run(context -> {
                    assertThat(context.getBean(MailSender.class)).isExactlyInstanceOf(JavaMailSenderImpl.class);
                    assertThat(output)
                            .containsOnlyOnce(
                                    "mailer.java-mail-sender is true, and mail of [legacySender] goes past the outbox all"
                                            + " the same: the application has a sender of its own; remove that bean to"
                                            + " get the one over the outbox");
                });
    }

    @Test
    void nothing_is_said_of_a_sender_over_the_outbox_or_one_that_nobody_wants_replaced(CapturedOutput output) {
        runner.withPropertyValues("spring.mail.host=mail.example.com")
                .run(context -> assertThat(context.getBean(MailSender.class)).isInstanceOf(OutboxMailSender.class));
        runner.withUserConfiguration(OwnOutbox.class)
                .run(context -> assertThat(context).hasBean("ownOutbox").hasSingleBean(MailSender.class));
        runner.run(parent -> runner.withParent(parent)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(DIRECT)));
        runner.withBean("legacySender", JavaMailSenderImpl.class, JavaMailSenderImpl::new)
                .withPropertyValues("mailer.java-mail-sender=false")
                .run(context -> assertThat(context).hasSingleBean(MailSender.class));

        assertThat(output).doesNotContain("past the outbox");
    }

    private List<String> sentMails(int count) {
        await().atMost(Duration.ofSeconds(20)).until(() -> sent.count() >= count);
        return sent.sent().stream()
                .map(m -> new String(m.content().toByteArray(), StandardCharsets.UTF_8))
                .toList();
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnOutbox {
        @Bean
        MailSender ownOutbox(Mailer mailer) {
            return new OutboxMailSender(mailer);
        }
    }

    private static MimeMessage parse(String raw) throws jakarta.mail.MessagingException {
        return new MimeMessage(null, new ByteArrayInputStream(raw.getBytes(StandardCharsets.UTF_8)));
    }
}
