// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailer.api.Mailer;
import dev.mailer.core.MailerEngine;
import dev.mailer.spring.MailerActuatorAutoConfiguration;
import dev.mailer.spring.MailerAutoConfiguration;
import dev.mailer.spring.MailerJavaMailAutoConfiguration;
import dev.mailer.spring.MailerWebAutoConfiguration;
import dev.mailer.spring.Postgres;
import dev.mailer.spring.transaction.JoiningMailer;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;

/** What an application has beside the mailer, or has not. */
class HostLibrariesTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    MailerAutoConfiguration.class,
                    MailerActuatorAutoConfiguration.class,
                    MailerJavaMailAutoConfiguration.class,
                    MailerWebAutoConfiguration.class))
            .withPropertyValues(
                    "mailer.transport=memory:",
                    "mailer.java-mail-sender=true",
                    "management.endpoints.web.exposure.include=mailer");

    /** The changelog ends the start where tables of the mailer are there already. */
    @Test
    void the_applications_changelog_runs_first() {
        runner.withConfiguration(
                        AutoConfigurations.of(DataSourceAutoConfiguration.class, LiquibaseAutoConfiguration.class))
                .withPropertyValues(
                        "spring.datasource.url=" + Postgres.nextUrl(),
                        "spring.liquibase.change-log=classpath:db/changelog/orders.sql")
                .run(context -> {
                    assertThat(context.getBean(MailerEngine.class)).isInstanceOf(JoiningMailer.class);
                    JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
                    assertThat(jdbc.queryForObject("select count(*) from orders", Integer.class))
                            .isZero();
                    assertThat(jdbc.queryForObject("select count(*) from mailer_message", Integer.class))
                            .isZero();
                });
    }

    @Test
    void an_object_mapper_of_the_application_is_its_own() {
        runner.withBean(ObjectMapper.class, NotForOthers::new)
                .withPropertyValues("mailer.templates=classpath:mail")
                .run(context -> assertSends(context.getBean(Mailer.class)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.fasterxml.jackson",
                "dev.mailer.mailbox",
                "io.micrometer.core.instrument.binder",
                "jakarta.mail",
                "jakarta.persistence",
                "jakarta.servlet",
                "org.springframework.boot.actuate",
                "org.springframework.boot.health",
                "org.springframework.boot.jdbc",
                "org.springframework.boot.sql",
                "org.springframework.jdbc",
                "org.springframework.mail",
                "org.springframework.transaction",
                "org.springframework.web",
                "tools.jackson"
            })
    void a_library_that_is_not_there_is_not_missed(String library) {
        runner.withClassLoader(new FilteredClassLoader(library))
                .withPropertyValues(
                        "mailer.templates=src/test/resources/mail",
                        "mailer.java-mail-sender=" + !library.endsWith("mail"))
                .run(context -> assertSends(context.getBean(Mailer.class)));
    }

    static void assertSends(Mailer mailer) {
        var id = mailer.send(mail ->
                        mail.from("shop@example.com").to("jo@example.org").template("welcome", Map.of("name", "Jo")))
                .id();
        assertThat(mailer.await(id, Duration.ofSeconds(20)).isSent()).isTrue();
    }

    /** An application's idea of JSON, which nobody else is to get. */
    @SuppressWarnings("serial") // it is never written
    private static final class NotForOthers extends ObjectMapper {
        @Override
        public String writeValueAsString(Object value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> T readValue(String content, Class<T> type) {
            throw new UnsupportedOperationException();
        }
    }
}
