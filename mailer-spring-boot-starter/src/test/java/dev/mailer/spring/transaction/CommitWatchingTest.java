// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import static dev.mailer.spring.transaction.TransactionApp.ledger;
import static dev.mailer.spring.transaction.TransactionApp.mail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Mailer;
import javax.sql.DataSource;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Which transaction managers tell the mailer of the ends of their transactions. */
@ExtendWith(OutputCaptureExtension.class)
class CommitWatchingTest {
    @Test
    void one_that_is_made_late_and_shows_no_more_than_its_interface(CapturedOutput output) {
        try (ConfigurableApplicationContext app = TransactionApp.start(
                Late.class, "spring.main.lazy-initialization=true", "spring.datasource.hikari.auto-commit=false")) {
            sendBehindACommit(app);

            assertThat(ledger(app)).containsExactly("after");
            assertThat(listeners(app)).hasAtLeastOneElementOfType(CommitWatch.class);
            assertThat(output).doesNotContain("not eligible for getting processed", "joins no transaction");
        }
    }

    @Test
    void one_of_a_mailer_that_stands_behind_two_aspects() {
        try (ConfigurableApplicationContext app = TransactionApp.start(Twice.class)) {
            sendBehindACommit(app);

            assertThat(ledger(app)).containsExactly("after");
            assertThat(listeners(app)).hasAtLeastOneElementOfType(CommitWatch.class);
        }
    }

    private static Iterable<?> listeners(ConfigurableApplicationContext app) {
        return app.getBean(ConfigurableTransactionManager.class).getTransactionExecutionListeners();
    }

    private static void sendBehindACommit(ConfigurableApplicationContext app) {
        TransactionApp.next(app);
        new TransactionTemplate(app.getBean(PlatformTransactionManager.class))
                .executeWithoutResult(status ->
                        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                            @Override
                            public void afterCommit() {
                                app.getBean(Mailer.class).send(mail("after"));
                            }
                        }));
    }

    @Configuration(proxyBeanMethods = false)
    @Import(TransactionApp.Jdbc.class)
    static class Late {
        @Bean
        PlatformTransactionManager transactionManager(DataSource source) {
            return new JdbcTransactionManager(source);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(TransactionApp.Jdbc.class)
    static class Twice {
        @Bean
        static BeanPostProcessor aspects() {
            return new Aspects();
        }
    }

    /** Before the mailer's own, so that it sees what stands before the mailer. */
    private static final class Aspects implements BeanPostProcessor, Ordered {
        @Override
        public int getOrder() {
            return 0;
        }

        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            return bean instanceof Mailer ? around(around(bean)) : bean;
        }

        private static Object around(Object bean) {
            ProxyFactory proxies = new ProxyFactory(bean);
            proxies.addAdvice((MethodInterceptor) call -> call.proceed());
            return proxies.getProxy();
        }
    }
}
