// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import static dev.mailer.spring.transaction.TransactionApp.ledger;
import static dev.mailer.spring.transaction.TransactionApp.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Mailer;
import dev.mailer.spring.MailerAutoConfiguration;
import dev.mailer.spring.Postgres;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.PriorityOrdered;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Mail that is sent while a transaction ends, and mail within a transaction of somebody else's. */
class TransactionCallbacksTest {
    private static ConfigurableApplicationContext app;
    private static Mailer mailer;

    @BeforeAll
    static void start() {
        // without auto-commit nobody commits by accident what is written behind the commit
        app = TransactionApp.start(App.class, "spring.datasource.hikari.auto-commit=false");
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
    void behind_the_commit_mail_is_accepted_at_once() {
        template().executeWithoutResult(status -> afterCommit(() -> mailer.send(mail("after"))));

        assertThat(ledger(app)).containsExactly("after");
    }

    @Test
    void behind_a_commit_that_mail_had_joined_it_is_accepted_at_once() {
        template().executeWithoutResult(status -> {
            mailer.send(mail("joined"));
            afterCommit(() -> mailer.send(mail("after")));
        });

        assertThat(ledger(app)).containsExactly("after", "joined");
    }

    @Test
    void a_transaction_within_such_a_callback_is_joined() {
        template()
                .executeWithoutResult(status -> afterCommit(() -> {
                    template(TransactionTemplate.PROPAGATION_REQUIRES_NEW).executeWithoutResult(inner -> {
                        mailer.send(mail("rolled back"));
                        inner.setRollbackOnly();
                    });
                    template(TransactionTemplate.PROPAGATION_REQUIRES_NEW)
                            .executeWithoutResult(inner -> mailer.send(mail("committed")));
                    mailer.send(mail("after"));
                }));

        assertThat(ledger(app)).containsExactly("after", "committed");
    }

    @Test
    void a_listener_of_the_commit_sends() {
        template().executeWithoutResult(status -> {
            app.publishEvent(new Ordered("order 1"));
            app.publishEvent(new Ordered("order 2"));
        });
        template().executeWithoutResult(status -> {
            app.publishEvent(new Ordered("order 3"));
            status.setRollbackOnly();
        });

        assertThat(ledger(app)).containsExactly("mind order 3", "order 1", "order 2");
    }

    @Test
    void just_before_the_commit_mail_still_joins() {
        template()
                .executeWithoutResult(status ->
                        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                            @Override
                            public void beforeCommit(boolean readOnly) {
                                mailer.send(mail("before"));
                            }
                        }));

        assertThat(ledger(app)).containsExactly("before");
    }

    @Test
    void a_transaction_on_another_data_source_is_not_joined() {
        TransactionTemplate other = new TransactionTemplate(app.getBean("other", PlatformTransactionManager.class));

        other.executeWithoutResult(status -> {
            mailer.send(mail("sent all the same"));
            app.getBean(JdbcTemplate.class).queryForObject("select 1", Integer.class);
            mailer.send(mail("beside a connection that nobody commits"));
            status.setRollbackOnly();
        });

        assertThat(ledger(app)).containsExactly("beside a connection that nobody commits", "sent all the same");
    }

    @Test
    void the_end_of_another_transaction_is_not_taken_for_ones_own() {
        TransactionTemplate other = new TransactionTemplate(app.getBean("other", PlatformTransactionManager.class));

        template().executeWithoutResult(status -> {
            other.executeWithoutResult(inner -> {});
            mailer.send(mail("order"));
            status.setRollbackOnly();
        });

        assertThat(ledger(app)).isEmpty();
    }

    @Test
    void behind_the_commit_the_first_callback_of_all_is_accepted_at_once() {
        template().executeWithoutResult(status -> {
            TransactionSynchronizationManager.registerSynchronization(new First(() -> mailer.send(mail("after"))));
            mailer.send(mail("joined"));
        });

        assertThat(ledger(app)).containsExactly("after", "joined");
    }

    @Test
    void read_only_is_asked_of_the_ledgers_own_transaction() {
        TransactionTemplate readOnly = template();
        readOnly.setReadOnly(true);
        TransactionTemplate other = new TransactionTemplate(app.getBean("other", PlatformTransactionManager.class));
        TransactionTemplate otherReadOnly = new TransactionTemplate(other.getTransactionManager());
        otherReadOnly.setReadOnly(true);

        template()
                .executeWithoutResult(status ->
                        otherReadOnly.executeWithoutResult(inner -> mailer.send(mail("within one of another's"))));
        readOnly.setName("Shop.show");
        readOnly.executeWithoutResult(status ->
                other.executeWithoutResult(inner -> assertThatThrownBy(() -> mailer.send(mail("refused")))
                        .isInstanceOf(IllegalTransactionStateException.class)
                        .hasMessageContaining("read-only transaction 'Shop.show'")));

        assertThat(ledger(app)).containsExactly("within one of another's");
    }

    @Test
    void a_child_context_does_not_count_transactions_twice() {
        try (ConfigurableApplicationContext child = new SpringApplicationBuilder(Child.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .parent(app)
                .run()) {
            assertThat(child.getBean(Mailer.class)).isSameAs(mailer);
            the_end_of_another_transaction_is_not_taken_for_ones_own();
        }
        mailer.send(mail("still open"));

        assertThat(ledger(app)).containsExactly("still open");
    }

    @Test
    void a_manager_that_tells_all_twice_does_no_harm() {
        JdbcTransactionManager other = app.getBean("other", JdbcTransactionManager.class);
        JdbcTransactionManager twice = new JdbcTransactionManager(other.getDataSource());
        twice.addListener(((JoiningMailer) mailer).commitWatch());
        twice.addListener(((JoiningMailer) mailer).commitWatch());

        template().executeWithoutResult(status -> {
            new TransactionTemplate(twice).executeWithoutResult(inner -> {});
            mailer.send(mail("order"));
            status.setRollbackOnly();
        });

        assertThat(ledger(app)).isEmpty();
    }

    @Test
    void nothing_of_a_thread_is_kept_behind_its_transactions() {
        template().executeWithoutResult(status -> {
            mailer.send(mail("order"));
            assertThat(TransactionSynchronizationManager.getResourceMap()).hasSize(3);
        });
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
        template().executeWithoutResult(TransactionStatus::setRollbackOnly);
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
        mailer.send(mail("without one"));
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
    }

    /** Before what has the same order and comes later. */
    private record First(Runnable work) implements TransactionSynchronization, PriorityOrdered {
        @Override
        public int getOrder() {
            return HIGHEST_PRECEDENCE;
        }

        @Override
        public void afterCommit() {
            work.run();
        }
    }

    private static TransactionTemplate template() {
        return template(TransactionTemplate.PROPAGATION_REQUIRED);
    }

    private static TransactionTemplate template(int propagation) {
        TransactionTemplate template =
                new TransactionTemplate(app.getBean("transactionManager", PlatformTransactionManager.class));
        template.setPropagationBehavior(propagation);
        return template;
    }

    private static void afterCommit(Runnable work) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                work.run();
            }
        });
    }

    record Ordered(String subject) {}

    @Configuration(proxyBeanMethods = false)
    @Import(TransactionApp.Jdbc.class)
    @ImportAutoConfiguration(TransactionAutoConfiguration.class)
    static class App {
        @Bean
        JdbcTransactionManager transactionManager(DataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }

        @Bean
        JdbcTransactionManager other() {
            PGSimpleDataSource elsewhere = new PGSimpleDataSource();
            elsewhere.setUrl(Postgres.nextUrl());
            return new JdbcTransactionManager(elsewhere);
        }

        @Bean
        Notices notices() {
            return new Notices();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(MailerAutoConfiguration.class)
    static class Child {}

    static class Notices {
        @TransactionalEventListener
        void committed(Ordered order) {
            mailer.send(mail(order.subject()));
        }

        @TransactionalEventListener(phase = TransactionPhase.AFTER_ROLLBACK)
        void rolledBack(Ordered order) {
            mailer.send(mail("mind " + order.subject()));
        }
    }
}
