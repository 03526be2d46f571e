// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import static dev.mailer.spring.transaction.TransactionApp.ledger;
import static dev.mailer.spring.transaction.TransactionApp.mail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Mailer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class ProxiedDataSourceTest {
    @Test
    void a_lazy_one_is_joined() {
        joins(TransactionApp.start(TransactionApp.Jdbc.class, "spring.datasource.connection-fetch=lazy"));
    }

    @Test
    void one_that_is_aware_of_transactions_is_joined() {
        joins(TransactionApp.start(Aware.class));
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
