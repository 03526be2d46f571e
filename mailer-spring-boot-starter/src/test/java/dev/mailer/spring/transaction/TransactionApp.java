// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.mailer.api.Email;
import dev.mailer.api.Mailer;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.MessageStatus;
import dev.mailer.core.MemoryTransport;
import dev.mailer.spring.MailerAutoConfiguration;
import dev.mailer.spring.Postgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** An application with orders in PostgreSQL, or where its properties say, whose mail stays in memory once it is sent. */
final class TransactionApp {
    private static int test;

    private TransactionApp() {}

    /** Begins a test: what is there already is sent, and does not show any more. */
    static void next(ConfigurableApplicationContext context) {
        Mailer mailer = context.getBean(Mailer.class);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> mailer.list(MessageQuery.ofTenant(Email.DEFAULT_TENANT)).items().stream()
                        .allMatch(MessageStatus::isFinal));
        execute(context, "truncate orders");
        context.getBean(MemoryTransport.class).clear();
        test++;
    }

    static ConfigurableApplicationContext start(Class<?> configuration, String... properties) {
        List<String> all = new ArrayList<>(List.of(
                "spring.datasource.url=" + Postgres.nextUrl(),
                "spring.datasource.hikari.maximum-pool-size=8",
                "spring.main.banner-mode=off"));
        all.addAll(List.of(properties));
        ConfigurableApplicationContext context = new SpringApplicationBuilder(configuration)
                .web(WebApplicationType.NONE)
                .properties(all.toArray(new String[0]))
                .run();
        execute(context, "create table orders (number integer)");
        return context;
    }

    /** Whether or not the pool commits by itself. */
    private static void execute(ConfigurableApplicationContext context, String sql) {
        new TransactionTemplate(context.getBean("transactionManager", PlatformTransactionManager.class))
                .executeWithoutResult(
                        status -> context.getBean(JdbcTemplate.class).execute(sql));
    }

    /** All of the pool but that of the transaction, and those that the mailer uses just now when it gives them back. */
    static List<Connection> takeAllConnections(ConfigurableApplicationContext context) {
        return takeAllConnections(context.getBean(HikariDataSource.class));
    }

    static List<Connection> takeAllConnections(HikariDataSource pool) {
        List<Connection> all = new ArrayList<>();
        try {
            while (all.size() < pool.getMaximumPoolSize() - 1) {
                all.add(pool.getConnection());
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isEqualTo(pool.getMaximumPoolSize());
        return all;
    }

    static Email mail(String subject) {
        return Email.builder()
                .from("shop@example.com")
                .to("jo@example.org")
                .subject(test + " " + subject)
                .text("Thank you!")
                .build();
    }

    /** Of this test, for what must not be the same in two. */
    static int number() {
        return test;
    }

    /** The subjects of this test's mails in the ledger, which are those of committed transactions. */
    static List<String> ledger(ConfigurableApplicationContext context) {
        return context.getBean(JdbcTemplate.class)
                .queryForList(
                        "select substr(subject, length(?) + 1) from mailer_message where subject like ? order by 1",
                        String.class,
                        test + " ",
                        test + " %");
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        DataSourceAutoConfiguration.class,
        DataSourceTransactionManagerAutoConfiguration.class,
        JdbcTemplateAutoConfiguration.class,
        MailerAutoConfiguration.class
    })
    static class Jdbc {
        @Bean
        MemoryTransport transport() {
            return new MemoryTransport();
        }
    }
}
