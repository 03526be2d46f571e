// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.Mailer;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.MessageId;
import dev.mailer.api.SendResult;
import dev.mailer.api.spi.MailListener;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.SendInterceptor;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.MemoryTransport;
import dev.mailer.mailbox.MailboxPlugin;
import dev.mailer.spring.transaction.JoiningMailer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.context.event.EventListener;

@ExtendWith(OutputCaptureExtension.class)
class MailerAutoConfigurationTest {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(MailerAutoConfiguration.class));

    @Test
    void one_property_makes_a_mailer(CapturedOutput output) {
        runner.withPropertyValues("mailer.transport=memory:").run(context -> {
            Mailer mailer = context.getBean(Mailer.class);
            MessageId id = send(mailer).id();

            assertThat(mailer.await(id, Duration.ofSeconds(20)).isSent()).isTrue();
            assertThat(context).doesNotHaveBean(MailboxPlugin.class);
            assertThat(output)
                    .containsOnlyOnce(
                            "the ledger of the mailer 'default' is in memory, because no store, DataSource or data"
                                    + " folder is set: mail that is not sent when the process ends is lost");
        });
    }

    @Test
    void without_a_transport_mail_stays_in_the_development_mailbox(CapturedOutput output) {
        runner.run(context -> {
            Mailer mailer = context.getBean(Mailer.class);
            mailer.await(send(mailer).id(), Duration.ofSeconds(20));

            assertThat(context.getBean(MailboxPlugin.class).mailbox().messages())
                    .hasSize(1);
            assertThat(output).contains("no transport is set: mail goes to the development mailbox and nowhere else");
        });
    }

    @Test
    void without_transport_and_mailbox_it_does_not_start() {
        runner.withClassLoader(new FilteredClassLoader(MailboxPlugin.class))
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageStartingWith("transport: is missing"));
    }

    @Test
    void an_own_mailer_is_left_alone() {
        runner.withBean(
                        MailerEngine.class,
                        () -> Mailers.builder().transport("memory:").build())
                .run(context -> assertThat(context).hasSingleBean(Mailer.class).doesNotHaveBean("mailer"));
    }

    @Test
    void it_can_be_switched_off() {
        runner.withPropertyValues("mailer.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(Mailer.class));
    }

    @Test
    void the_only_data_source_has_the_ledger(CapturedOutput output) {
        runner.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
                .withPropertyValues("mailer.transport=memory:", "spring.datasource.url=" + Postgres.nextUrl())
                .run(context -> {
                    MailerEngine mailer = context.getBean(MailerEngine.class);
                    assertThat(mailer).isInstanceOf(JoiningMailer.class);
                    assertThat(mailer.storeName()).isEqualTo("postgresql");
                    assertThat(output)
                            .containsOnlyOnce(
                                    "the ledger of the mailer 'default' is in the DataSource 'dataSource'; mail joins"
                                            + " the transactions on it");
                });
    }

    @Test
    void a_store_that_is_set_goes_before_a_data_source() {
        runner.withUserConfiguration(TwoSources.class)
                .withPropertyValues("mailer.transport=memory:", "mailer.store=memory")
                .run(context -> assertThat(context.getBean(MailerEngine.class).storeName())
                        .isEqualTo("memory"));
    }

    @Test
    void of_several_data_sources_one_is_named() {
        runner.withUserConfiguration(TwoSources.class)
                .withPropertyValues("mailer.transport=memory:")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessage(
                                "dataSource: is missing, and there are several DataSource beans, none of them primary:"
                                        + " [first, second]; name the one the ledger is to be in, or set a store"));
        runner.withUserConfiguration(TwoSources.class)
                .withPropertyValues("mailer.transport=memory:", "mailer.data-source=third")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining(
                                "dataSource: there is no DataSource bean 'third'; there are [first, second]"));
        runner.withUserConfiguration(TwoSources.class)
                .withPropertyValues("mailer.transport=memory:", "mailer.data-source=second")
                .run(context -> assertThat(context.getBean(MailerEngine.class)).isInstanceOf(JoiningMailer.class));
    }

    @Test
    void a_primary_data_source_has_the_ledger() {
        runner.withUserConfiguration(PrimarySource.class)
                .withPropertyValues("mailer.transport=memory:")
                .run(context -> assertThat(context.getBean(MailerEngine.class)).isInstanceOf(JoiningMailer.class));
    }

    @Test
    void without_a_data_source_a_folder_keeps_it(@TempDir Path folder) {
        runner.withPropertyValues("mailer.transport=memory:", "mailer.data-folder=" + folder.resolve("data"))
                .run(context -> {
                    assertThat(context.getBean(MailerEngine.class).storeName()).isEqualTo("sqlite");
                    assertThat(Files.exists(folder.resolve("data/mailer.db"))).isTrue();
                });
    }

    @Test
    void extensions_are_beans() {
        runner.withUserConfiguration(Extended.class).run(context -> {
            Mailer mailer = context.getBean(Mailer.class);
            mailer.await(send(mailer).id(), Duration.ofSeconds(20));

            Extended extended = context.getBean(Extended.class);
            assertThat(context.getBean(MemoryTransport.class).sent()).hasSize(1);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(extended.calls)
                            .contains("customized default", "plugin", "intercepted", "listener SENT", "event SENT"));
            assertThat(context.getBean(SimpleMeterRegistry.class)
                            .get("mailer.submitted")
                            .counter()
                            .count())
                    .isEqualTo(1);
        });
    }

    @Test
    void further_mailers_are_injected_by_name(@TempDir Path folder) {
        runner.withUserConfiguration(Consumers.class)
                .withPropertyValues(
                        "mailer.transport=memory:",
                        "mailer.mailers.billing.transport=memory:",
                        "mailer.mailers.billing.data-folder=" + folder)
                .run(context -> {
                    Consumers consumers = context.getBean(Consumers.class);
                    send(consumers.billing);
                    assertThat(consumers.mailer).isSameAs(context.getBean("mailer"));
                    assertThat(consumers.billing).isSameAs(context.getBean("billingMailer"));
                    assertThat(((MailerEngine) consumers.billing).storeName()).isEqualTo("sqlite");
                    assertThat(Files.exists(folder.resolve("billing.db"))).isTrue();
                });
    }

    @Test
    void a_further_mailer_may_send_into_the_development_mailbox() {
        sendsIntoTheMailbox(runner);
        sendsIntoTheMailbox(runner.withBean("own", MailboxPlugin.class, MailboxPlugin::create));
    }

    private static void sendsIntoTheMailbox(ApplicationContextRunner runner) {
        runner.withPropertyValues(
                        "mailer.transport=memory:",
                        "mailer.mailers.billing.transport=mailbox:",
                        "mailer.mailers.billing.store=memory")
                .run(context -> {
                    Mailer billing = context.getBean("billingMailer", Mailer.class);
                    assertThat(billing.await(send(billing).id(), Duration.ofSeconds(20))
                                    .isSent())
                            .isTrue();
                    assertThat(context.getBean(MailboxPlugin.class).mailbox().size())
                            .isEqualTo(1);
                });
    }

    @Test
    void two_mailers_do_not_share_a_ledger() {
        runner.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
                .withPropertyValues(
                        "mailer.transport=memory:",
                        "spring.datasource.url=" + Postgres.nextUrl(),
                        "mailer.mailers.billing.transport=memory:",
                        "mailer.mailers.billing.data-source=dataSource")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("mailers.billing.dataSource: 'dataSource' has the ledger of the mailer"
                                + " 'default', and two on one ledger would send each other's mail"));
        runner.withPropertyValues("mailer.transport=memory:", "mailer.mailers.billing.transport=memory:")
                .run(context ->
                        assertThat(context).getFailure().hasStackTraceContaining("mailers.billing.store: is missing"));
    }

    @Test
    void no_further_mailer_is_the_default_one() {
        runner.withPropertyValues("mailer.transport=memory:", "mailer.mailers.default.transport=memory:")
                .run(
                        context -> assertThat(context)
                                .getFailure()
                                .isInstanceOf(MailerConfigException.class)
                                .hasMessage(
                                        "mailers.default: is the name of the mailer whose properties are mailer.* themselves;"
                                                + " set those, mailer.transport for mailer.mailers.default.transport, or take another name"));
    }

    @Test
    void a_password_in_the_address_of_a_store_is_not_logged() {
        for (String url : new String[] {
            "jdbc:h2:./data/m;USER=sa;PASSWORD=secret",
            "jdbc:mariadb://host/db?user=a&password=secret",
            "jdbc:postgresql://a:secret@host/db"
        }) {
            MailerSettings settings = new MailerSettings();
            settings.setStore(url);
            LedgerChoice choice = new LedgerChoice(new DefaultListableBeanFactory(), InstantSource.system());

            assertThat(choice.choose("default", settings).said())
                    .startsWith("is " + url.substring(0, url.indexOf(':', 5)))
                    .doesNotContain("secret");
        }
    }

    @Test
    void a_stream_has_a_transport_of_its_own() {
        runner.withUserConfiguration(Extended.class)
                .withPropertyValues("mailer.transports.bulk=memory:", "mailer.streams.broadcast.transport=bulk")
                .run(context -> {
                    Mailer mailer = context.getBean(Mailer.class);
                    SendResult bulk = mailer.send(mail ->
                            mail.from("shop@example.com").to("jo@example.org").subject("News").text("News").stream(
                                    "broadcast"));
                    mailer.await(bulk.id(), Duration.ofSeconds(20));
                    assertThat(context.getBean(MemoryTransport.class).sent()).isEmpty();
                });
        runner.withPropertyValues("mailer.transport=memory:", "mailer.streams.broadcast.transport=bulk")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessage("streams.broadcast.transport: names 'bulk', which is none of the transports []; set"
                                + " transports.bulk of this mailer, too"));
    }

    @Test
    void a_closed_context_leaves_no_thread() {
        for (int i = 0; i < 3; i++) {
            runner.withPropertyValues("mailer.transport=memory:").run(context -> send(context.getBean(Mailer.class)));
        }

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("mailer-")));
    }

    @Test
    void mail_in_memory_is_finished_when_the_context_closes() {
        MemoryTransport transport = new MemoryTransport();
        runner.withBean(MemoryTransport.class, () -> transport).run(context -> {
            for (int i = 0; i < 50; i++) {
                send(context.getBean(Mailer.class));
            }
        });

        assertThat(transport.count()).isEqualTo(50);
    }

    private static SendResult send(Mailer mailer) {
        return mailer.send(mail -> mail.from("shop@example.com")
                .to("jo@example.org")
                .subject("Welcome")
                .text("Welcome!"));
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoSources {
        @Bean
        DataSource first() {
            return source();
        }

        @Bean
        DataSource second() {
            return source();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrimarySource {
        @Bean
        @Primary
        DataSource first() {
            return source();
        }

        @Bean
        DataSource second() {
            return source();
        }
    }

    private static DataSource source() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(Postgres.nextUrl());
        return source;
    }

    @Configuration(proxyBeanMethods = false)
    static class Consumers {
        private final Mailer mailer;
        private final Mailer billing;

        Consumers(Mailer mailer, @Qualifier("billing") Mailer billing) {
            this.mailer = mailer;
            this.billing = billing;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Extended {
        private final List<String> calls = new CopyOnWriteArrayList<>();

        @Bean
        MemoryTransport transport() {
            return new MemoryTransport();
        }

        @Bean
        SimpleMeterRegistry meters() {
            return new SimpleMeterRegistry();
        }

        @Bean
        MailerBuilderCustomizer customizer() {
            return (mailer, builder) -> calls.add("customized " + mailer);
        }

        @Bean
        MailerPlugin plugin() {
            return MailerPlugin.of("mine", context -> calls.add("plugin"));
        }

        @Bean
        SendInterceptor interceptor() {
            return draft -> calls.add("intercepted");
        }

        @Bean
        MailListener listener() {
            return event -> calls.add("listener " + event.type());
        }

        @EventListener
        void on(MailEvent event) {
            if (event.type() == EventType.SENT) {
                calls.add("event SENT");
            }
        }
    }
}
