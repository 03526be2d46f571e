// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import static dev.mailer.spring.transaction.TransactionApp.ledger;
import static dev.mailer.spring.transaction.TransactionApp.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.Mailer;
import dev.mailer.core.MemoryTransport;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.NestedTransactionNotSupportedException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

class JpaTransactionTest {
    private static ConfigurableApplicationContext app;
    private static Mailer mailer;

    @BeforeAll
    static void start() {
        app = TransactionApp.start(App.class);
        mailer = app.getBean(Mailer.class);
    }

    @AfterAll
    static void end() {
        app.close();
    }

    @BeforeEach
    void next() {
        TransactionApp.next(app);
    }

    @Test
    void entities_and_mail_are_one_commit() throws Exception {
        template().executeWithoutResult(status -> {
            persist(1);
            mailer.send(mail("order 1"));
            persist(2);
        });

        assertThat(ledger(app)).containsExactly("order 1");
        assertThat(orders()).isEqualTo(2);
        assertThat(app.getBean(MemoryTransport.class).awaitCount(1, Duration.ofSeconds(20)))
                .isTrue();
    }

    @Test
    void a_rollback_leaves_neither() {
        template().executeWithoutResult(status -> {
            persist(1);
            mailer.send(mail("order 1"));
            status.setRollbackOnly();
        });

        assertThat(ledger(app)).isEmpty();
        assertThat(orders()).isZero();
    }

    @Test
    void a_transaction_of_its_own_commits_alone() {
        TransactionTemplate own = template();
        own.setPropagationBehavior(TransactionTemplate.PROPAGATION_REQUIRES_NEW);

        template().executeWithoutResult(status -> {
            mailer.send(mail("outer"));
            own.executeWithoutResult(inner -> mailer.send(mail("inner")));
            mailer.send(mail("outer again"));
            status.setRollbackOnly();
        });

        assertThat(ledger(app)).containsExactly("inner");
    }

    @Test
    void a_read_only_transaction_is_refused() {
        TransactionTemplate readOnly = template();
        readOnly.setReadOnly(true);

        assertThatThrownBy(() -> readOnly.executeWithoutResult(status -> mailer.send(mail("order 1"))))
                .isInstanceOf(IllegalTransactionStateException.class);
        assertThat(ledger(app)).isEmpty();
    }

    @Test
    void a_transaction_whose_time_is_over_takes_no_mail() {
        TransactionTemplate brief = template();
        brief.setTimeout(1);

        assertThatThrownBy(() -> brief.executeWithoutResult(status -> {
                    await().pollDelay(Duration.ofMillis(1_100)).until(() -> true);
                    mailer.send(mail("late"));
                }))
                .isInstanceOf(TransactionTimedOutException.class);
        assertThat(ledger(app)).isEmpty();
    }

    @Test
    void a_nested_one_is_refused_by_the_manager_and_the_outer_one_goes_on() {
        TransactionTemplate nested = template();
        nested.setPropagationBehavior(TransactionTemplate.PROPAGATION_NESTED);

        template().executeWithoutResult(status -> {
            mailer.send(mail("before"));
            assertThatThrownBy(() -> nested.executeWithoutResult(inner -> mailer.send(mail("nested"))))
                    .isInstanceOf(NestedTransactionNotSupportedException.class);
            mailer.send(mail("after"));
        });

        assertThat(ledger(app)).containsExactly("after", "before");
    }

    @Test
    void behind_the_commit_mail_is_accepted_at_once_and_without_a_second_connection() {
        template()
                .executeWithoutResult(status ->
                        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                            @Override
                            public void afterCommit() {
                                List<Connection> others = TransactionApp.takeAllConnections(app);
                                try {
                                    mailer.send(mail("after"));
                                } finally {
                                    others.forEach(JoinedTransaction::close);
                                }
                            }
                        }));

        assertThat(ledger(app)).containsExactly("after");
    }

    private static TransactionTemplate template() {
        return new TransactionTemplate(app.getBean(PlatformTransactionManager.class));
    }

    private static void persist(int number) {
        Order order = new Order();
        order.number = number;
        SharedEntityManagerCreator.createSharedEntityManager(app.getBean(EntityManagerFactory.class))
                .persist(order);
    }

    private static int orders() {
        return app.getBean(JdbcTemplate.class).queryForObject("select count(*) from orders", Integer.class);
    }

    @Entity
    @Table(name = "orders")
    static class Order {
        @Id
        int number;
    }

    @Configuration(proxyBeanMethods = false)
    @Import(TransactionApp.Jdbc.class)
    static class App {
        @Bean
        LocalContainerEntityManagerFactoryBean entityManagerFactory(DataSource dataSource) {
            LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
            factory.setDataSource(dataSource);
            factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
            factory.setPackagesToScan(JpaTransactionTest.class.getPackageName());
            Properties none = new Properties();
            none.setProperty("hibernate.hbm2ddl.auto", "none");
            factory.setJpaProperties(none);
            return factory;
        }

        @Bean
        JpaTransactionManager transactionManager(EntityManagerFactory factory) {
            return new JpaTransactionManager(factory);
        }
    }
}
