// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.Mailer;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.spring.MailerActuatorAutoConfiguration;
import dev.mailer.spring.MailerAutoConfiguration;
import dev.mailer.spring.Postgres;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** What Boot's health says when the peer or the store does not work. */
class LapsesTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(MailerAutoConfiguration.class, MailerActuatorAutoConfiguration.class))
            .withPropertyValues("mailer.close-timeout=100ms");

    @ParameterizedTest
    @CsvSource({"false, DEGRADED", "true, DOWN"})
    void a_circuit_is_open(boolean required, String status) {
        try (ScriptedSmtpServer server =
                ScriptedSmtpServer.builder().credentials("shop", "right").start()) {
            runner.withPropertyValues(
                            "mailer.health.required=" + required,
                            "mailer.transport=smtp://shop:wrong@127.0.0.1:" + server.port() + "?tls=never")
                    .run(context -> {
                        send(context);

                        await().atMost(Duration.ofSeconds(20))
                                .untilAsserted(() ->
                                        assertThat(health(context).getStatus()).hasToString(status));
                        assertThat(health(context).getDetails())
                                .containsEntry("accepting", true)
                                .containsEntry("sending", false)
                                .containsKey("openCircuits");
                    });
        }
    }

    @ParameterizedTest
    @CsvSource({"false, DEGRADED", "true, DOWN"})
    void the_store_is_away(boolean required, String status) {
        runner.withBean(DataSource.class, Leaving::new)
                .withPropertyValues("mailer.health.required=" + required, "mailer.transport=memory:")
                .run(context -> {
                    send(context);
                    assertThat(health(context).getStatus()).hasToString("UP");
                    Leaving source = context.getBean(Leaving.class);

                    source.gone = true;
                    // the settlement of the mail before may still hold a connection, whose commit a mail joins
                    await().atMost(Duration.ofSeconds(20))
                            .untilAsserted(() -> assertThatThrownBy(() -> send(context))
                                    .isInstanceOf(MailerUnavailableException.class));

                    await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                        assertThat(health(context).getStatus()).hasToString(status);
                        assertThat(health(context).getDetails())
                                .containsEntry("accepting", false)
                                .containsKey("problem");
                    });
                    source.gone = false;
                    await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                        send(context);
                        assertThat(health(context).getStatus()).hasToString("UP");
                    });
                });
    }

    private static Health health(ApplicationContext context) {
        return context.getBean(MailerHealthIndicator.class).health();
    }

    private static void send(ApplicationContext context) {
        context.getBean(Mailer.class)
                .send(mail -> mail.from("shop@example.com")
                        .to("jo@example.org")
                        .subject("Welcome")
                        .text("Welcome!"));
    }

    /** A database that goes away. */
    static final class Leaving extends DelegatingDataSource {
        private volatile boolean gone;

        Leaving() {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(Postgres.nextUrl());
            setTargetDataSource(source);
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (gone) {
                throw new SQLException("the database is gone", "08006");
            }
            return super.getConnection();
        }
    }
}
