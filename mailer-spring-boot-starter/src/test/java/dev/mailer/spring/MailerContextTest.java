// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.Mailer;
import dev.mailer.api.MailerUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.event.EventListener;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.javapoet.ClassName;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.ClassUtils;

/** The mailer in the life of an application context. */
class MailerContextTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(MailerAutoConfiguration.class))
            .withPropertyValues("mailer.transport=memory:");

    @Test
    void the_applications_own_migrations_run_first() {
        runner.withConfiguration(
                        AutoConfigurations.of(DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class))
                .withPropertyValues("spring.datasource.url=" + Postgres.nextUrl())
                .run(context -> {
                    JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
                    assertThat(jdbc.queryForObject("select count(*) from customers", Integer.class))
                            .isZero();
                    assertThat(jdbc.queryForObject("select count(*) from mailer_message", Integer.class))
                            .isZero();
                });
    }

    @Test
    void events_of_before_the_context_is_up_are_published_when_it_is() {
        runner.withUserConfiguration(Early.class)
                .run(context -> await().atMost(Duration.ofSeconds(20))
                        .untilAsserted(() -> assertThat(context.getBean(Early.class).seen)
                                .contains(EventType.QUEUED, EventType.SENT)));
    }

    @Test
    void a_pause_of_the_context_leaves_the_mailer_alone_and_a_stop_ends_it() {
        runner.run(context -> {
            GenericApplicationContext application = (GenericApplicationContext) context.getSourceApplicationContext();
            Mailer mailer = context.getBean(Mailer.class);
            application.pause();
            send(mailer);
            application.restart();
            send(mailer);
            application.stop();
            assertThatThrownBy(() -> send(mailer)).isInstanceOf(MailerUnavailableException.class);
            assertThatThrownBy(application::start)
                    .hasRootCauseMessage(
                            "the mailers were closed when this context was stopped, and cannot be started again; refresh a new context");
        });
    }

    @Test
    void a_lazy_application_has_its_mailer_all_the_same() {
        runner.withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> assertThat(context.getBeanFactory().containsSingleton("mailer"))
                        .isTrue());
    }

    @Test
    void native_images_have_what_is_found_by_name() {
        RuntimeHints hints = new RuntimeHints();
        new MailerRuntimeHints().registerHints(hints, getClass().getClassLoader());

        assertThat(RuntimeHintsPredicates.resource().forResource("dev/mailer/core/migration/postgresql/V1__ledger.sql"))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.resource()
                        .forResource("org/apache/velocity/runtime/defaults/velocity.properties"))
                .accepts(hints);
        assertThat(hints.reflection().typeHints())
                .allSatisfy(hint -> assertThat(ClassUtils.isPresent(
                                hint.getType().getName(), getClass().getClassLoader()))
                        .as(hint.getType().getName())
                        .isTrue());
    }

    @Test
    void beans_are_generated_ahead_of_time() throws Exception {
        InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();
        DefaultGenerationContext generation = new DefaultGenerationContext(
                new ClassNameGenerator(ClassName.get("dev.mailer.spring", "Application")), files);
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.getEnvironment()
                    .getPropertySources()
                    .addFirst(new MapPropertySource("test", Map.of("mailer.mailers.billing.store", "memory")));
            context.register(MailerAutoConfiguration.class);
            new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
            generation.writeGeneratedContent();
        }

        String source =
                files.getGeneratedFiles(GeneratedFiles.Kind.SOURCE).keySet().toString();
        assertThat(source).contains("MailerAutoConfiguration__BeanDefinitions");
        assertThat(RuntimeHintsPredicates.resource().forResource("dev/mailer/core/migration/sqlite/V1__ledger.sql"))
                .accepts(generation.getRuntimeHints());
    }

    private static void send(Mailer mailer) {
        mailer.send(mail -> mail.from("shop@example.com")
                .to("jo@example.org")
                .subject("Welcome")
                .text("Welcome!"));
    }

    @Configuration(proxyBeanMethods = false)
    static class Early {
        private final List<EventType> seen = new CopyOnWriteArrayList<>();

        @Bean
        Object sender(Mailer mailer) {
            send(mailer);
            return "sent";
        }

        @EventListener
        void on(MailEvent event) {
            seen.add(event.type());
        }
    }
}
