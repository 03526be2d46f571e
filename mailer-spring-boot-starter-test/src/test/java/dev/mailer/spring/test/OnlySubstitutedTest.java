// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test;

import static dev.mailer.testkit.MailAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Mailer;
import dev.mailer.api.spi.Router;
import dev.mailer.core.MailerEngine;
import dev.mailer.mailbox.MailboxPlugin;
import dev.mailer.spring.MailerAutoConfiguration;
import dev.mailer.spring.MailerBuilderCustomizer;
import dev.mailer.testkit.TestMailer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What an application may have of its own in a test, and what not. */
class OnlySubstitutedTest {
    private static final String WHY =
            ": only mailers that are made of mailer.* properties send into the mailbox; leave the bean out of tests with"
                    + " @AutoConfigureTestMailer or @MailerTest, or test it without them";

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    MailerAutoConfiguration.class,
                    MailerSubstitutesAutoConfiguration.class,
                    TestMailerAutoConfiguration.class));

    @Test
    void an_engine_of_the_application_s_own_ends_the_start() {
        runner.withBean("own", MailerEngine.class, OnlySubstitutedTest::neverMade)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("mail would leave this test by the bean 'own'" + WHY));
    }

    @Test
    void so_does_one_that_is_declared_as_a_mailer() {
        runner.withUserConfiguration(OwnMailer.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessage(
                                "mail would leave this test by the bean 'own' of " + OwnMailer.class.getName() + WHY));
    }

    @Test
    void so_does_one_beside_that_of_the_properties() {
        runner.withUserConfiguration(MailerBeside.class)
                .run(context -> assertThat(context).getFailure().hasMessageContaining("by the bean 'beside'"));
    }

    @Test
    void so_does_one_of_a_parent_that_knows_no_mailbox() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(MailerAutoConfiguration.class))
                .withPropertyValues("mailer.transport=memory:")
                .run(parent -> runner.withParent(parent)
                        .run(context -> assertThat(context).getFailure().hasMessageContaining("by the bean 'mailer'")));
    }

    @Test
    void a_mailer_that_is_switched_off_leaves_nothing_to_be_shown() {
        runner.withPropertyValues("mailer.enabled=false")
                .run(context ->
                        assertThat(context).doesNotHaveBean(Mailer.class).doesNotHaveBean(TestMailer.class));
    }

    @Test
    void further_mailers_of_properties_are_substituted() {
        runner.withPropertyValues(
                        "mailer.mailers.billing.transport=smtp://127.0.0.1:9", "mailer.mailers.billing.store=memory")
                .run(context -> assertThat(context.getBean("billingMailer", MailerEngine.class)
                                .transports())
                        .containsExactly("mailbox:"));
    }

    @Test
    void a_transport_of_a_customizer_is_the_mailbox_too() {
        runner.withUserConfiguration(Customized.class)
                .withPropertyValues("mailer.transports.slow=smtp://127.0.0.1:9")
                .run(context -> {
                    TestMailer mail = context.getBean(TestMailer.class);
                    send(mail.mailer());

                    assertThat(mail).sentTo("jo@example.org");
                    assertThat(mail.mailer().transports()).containsExactly("mailbox:", "mailbox:", "mailbox:");
                });
    }

    @Test
    void a_mailbox_of_the_application_s_own_is_the_one() {
        MailboxPlugin own = MailboxPlugin.create();
        runner.withBean(MailboxPlugin.class, () -> own).run(context -> {
            TestMailer mail = context.getBean(TestMailer.class);
            send(mail.mailer());

            assertThat(mail).sentTo("jo@example.org");
            assertThat(own.mailbox().size()).isEqualTo(1);
        });
    }

    private static void send(Mailer mailer) {
        mailer.send(mail -> mail.from("shop@example.com")
                .to("jo@example.org")
                .subject("Hello")
                .text("Hello."));
    }

    private static MailerEngine neverMade() {
        throw new AssertionError("no bean is made where mail would leave");
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnMailer {
        @Bean
        Mailer own() {
            return neverMade();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class MailerBeside {
        @Bean(defaultCandidate = false)
        Mailer beside() {
            return neverMade();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Customized {
        @Bean
        MailerBuilderCustomizer bulk() {
            return (mailer, builder) -> builder.transport("bulk", "smtp://127.0.0.1:9");
        }

        @Bean
        Router router() {
            return delivery -> "bulk";
        }
    }
}
