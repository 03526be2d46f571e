// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import static dev.mailer.spring.transaction.TransactionApp.ledger;
import static dev.mailer.spring.transaction.TransactionApp.mail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Email;
import dev.mailer.api.Mailer;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.MailerEngine;
import java.time.Instant;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class ProxiedDataSourceTest {
    @Test
    void a_lazy_one_is_joined() {
        ConfigurableApplicationContext app =
                TransactionApp.start(TransactionApp.Jdbc.class, "spring.datasource.connection-fetch=lazy");
        assertThat(app.getBean(DataSource.class)).isInstanceOf(LazyConnectionDataSourceProxy.class);
        joins(app);
    }

    @Test
    void one_that_is_aware_of_transactions_is_joined() {
        ConfigurableApplicationContext app = TransactionApp.start(Aware.class);
        assertThat(app.getBean(DataSource.class)).isInstanceOf(TransactionAwareDataSourceProxy.class);
        joins(app);
    }

    @Test
    void what_the_mailer_does_by_itself_leaves_the_transaction_alone() {
        try (ConfigurableApplicationContext app = TransactionApp.start(Aware.class)) {
            TransactionApp.next(app);
            JdbcTemplate jdbc = app.getBean(JdbcTemplate.class);
            TransactionTemplate template = new TransactionTemplate(app.getBean(PlatformTransactionManager.class));

            template.executeWithoutResult(status -> {
                jdbc.update("insert into orders values (1)");
                useAll(app.getBean(MailerEngine.class), "kept@example.org");
            });
            template.executeWithoutResult(status -> {
                jdbc.update("insert into orders values (2)");
                useAll(app.getBean(MailerEngine.class), "rolled-back@example.org");
                status.setRollbackOnly();
            });

            assertThat(jdbc.queryForList("select number from orders", Integer.class))
                    .containsExactly(1);
            assertThat(jdbc.queryForObject("select count(*) from mailer_suppression", Integer.class))
                    .isEqualTo(2);
        }
    }

    private static void useAll(MailerEngine mailer, String suppressed) {
        MessageId none = MessageId.of("01977d3e-5a00-7000-8000-000000000000");
        assertThat(mailer.find(none)).isNull();
        assertThat(mailer.trace(none)).isNull();
        assertThat(mailer.email(none)).isNull();
        assertThat(mailer.list(MessageQuery.ofTenant(Email.DEFAULT_TENANT)).items())
                .isEmpty();
        assertThat(mailer.check(mail("checked"))).isZero();
        mailer.suppressions()
                .add(new Suppression(
                        Email.DEFAULT_TENANT, null, suppressed, Reason.MANUAL, "test", Instant.EPOCH, null));
    }

    private static void joins(ConfigurableApplicationContext started) {
        try (ConfigurableApplicationContext app = started) {
            TransactionApp.next(app);
            Mailer mailer = app.getBean(Mailer.class);
            TransactionTemplate template = new TransactionTemplate(app.getBean(PlatformTransactionManager.class));

            template.executeWithoutResult(status -> mailer.send(mail("committed")));
            template.executeWithoutResult(status -> {
                mailer.send(mail("rolled back"));
                status.setRollbackOnly();
            });

            assertThat(ledger(app)).containsExactly("committed");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(TransactionApp.Jdbc.class)
    static class Aware {
        @Bean
        static BeanPostProcessor aware() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof DataSource source ? new TransactionAwareDataSourceProxy(source) : bean;
                }
            };
        }
    }
}
