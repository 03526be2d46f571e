// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import static dev.mailer.spring.transaction.TransactionApp.ledger;
import static dev.mailer.spring.transaction.TransactionApp.mail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Mailer;
import dev.mailer.core.MemoryTransport;
import dev.mailer.spring.Postgres;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.PriorityOrdered;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Transactions of a manager that is no bean, so that nobody tells the mailer of their ends. */
class UnwatchedManagerTest {
    private static ConfigurableApplicationContext app;
    private static Mailer mailer;
    private static JdbcTransactionManager manager;

    @BeforeAll
    static void start() {
        // without auto-commit nobody commits by accident what is written behind the commit
        app = TransactionApp.start(App.class, "spring.datasource.hikari.auto-commit=false");
        mailer = app.getBean(Mailer.class);
        manager = new JdbcTransactionManager(app.getBean(DataSource.class));
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
    void its_transactions_are_joined() {
        in(() -> mailer.send(mail("committed")));
        template().executeWithoutResult(status -> {
            mailer.send(mail("rolled back"));
            status.setRollbackOnly();
        });

        assertThat(ledger(app)).containsExactly("committed");
    }

    @Test
    void mail_that_is_sent_in_a_callback_of_the_commit_is_accepted_and_sent() throws Exception {
        in(() -> afterCommit(() -> mailer.send(mail("after"))));
        in(() -> {
            mailer.send(mail("joined"));
            afterCommit(() -> mailer.send(mail("after a joined one")));
        });

        assertThat(ledger(app)).containsExactly("after", "after a joined one", "joined");
        assertThat(app.getBean(MemoryTransport.class).awaitCount(3, Duration.ofSeconds(20)))
                .isTrue();
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
    }

    @Test
    void mail_that_a_listener_of_the_commit_sends_is_accepted() {
        in(() -> app.publishEvent(new Committed(() -> mailer.send(mail("after")))));

        assertThat(ledger(app)).containsExactly("after");
    }

    @Test
    void mail_that_such_a_listener_sends_in_a_method_that_wants_a_transaction_is_accepted() {
        in(() -> app.publishEvent(new Committed(() -> in(() -> mailer.send(mail("after"))))));
        template().executeWithoutResult(status -> {
            app.publishEvent(new RolledBack(() -> in(() -> mailer.send(mail("after a rollback")))));
            status.setRollbackOnly();
        });

        assertThat(ledger(app)).containsExactly("after", "after a rollback");
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
    }

    @Test
    void who_takes_part_in_a_transaction_that_goes_on_does_not_commit_it() {
        JdbcTransactionManager silent = new JdbcTransactionManager(app.getBean(DataSource.class));
        silent.setTransactionSynchronization(JdbcTransactionManager.SYNCHRONIZATION_NEVER);

        new TransactionTemplate(silent).executeWithoutResult(status -> {
            in(() -> {
                mailer.send(mail("joined"));
                afterCommit(() -> mailer.send(mail("behind what was no commit")));
            });
            status.setRollbackOnly();
        });

        assertThat(ledger(app)).containsExactly("behind what was no commit");
    }

    @Test
    void a_transaction_on_another_data_source_is_not_joined() {
        PGSimpleDataSource elsewhere = new PGSimpleDataSource();
        elsewhere.setUrl(Postgres.nextUrl());

        new TransactionTemplate(new JdbcTransactionManager(elsewhere)).executeWithoutResult(status -> {
            app.getBean(JdbcTemplate.class).queryForObject("select 1", Integer.class);
            mailer.send(mail("beside a connection that nobody commits"));
            in(() -> mailer.send(mail("in one that is committed")));
            template().executeWithoutResult(inner -> {
                mailer.send(mail("in one that is rolled back"));
                inner.setRollbackOnly();
            });
        });

        assertThat(ledger(app)).containsExactly("beside a connection that nobody commits", "in one that is committed");
    }

    @Test
    void a_transaction_in_the_first_of_all_callbacks_is_not_taken_for_the_one_before() {
        template().executeWithoutResult(status -> {
            TransactionSynchronizationManager.registerSynchronization(new First(() -> {
                TransactionTemplate own = template();
                own.setPropagationBehavior(TransactionTemplate.PROPAGATION_REQUIRES_NEW);
                own.executeWithoutResult(inner -> mailer.send(mail("committed")));
                own.executeWithoutResult(inner -> {
                    mailer.send(mail("rolled back, too"));
                    inner.setRollbackOnly();
                });
            }));
            mailer.send(mail("rolled back"));
            status.setRollbackOnly();
        });

        assertThat(ledger(app)).containsExactly("committed");
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
    }

    private static TransactionTemplate template() {
        return new TransactionTemplate(manager);
    }

    private static void in(Runnable work) {
        template().executeWithoutResult(status -> work.run());
    }

    private static void afterCommit(Runnable work) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                work.run();
            }
        });
    }

    /** Before what has the same order and comes later. */
    private record First(Runnable work) implements TransactionSynchronization, PriorityOrdered {
        @Override
        public int getOrder() {
            return HIGHEST_PRECEDENCE;
        }

        @Override
        public void afterCompletion(int status) {
            work.run();
        }
    }

    private record Committed(Runnable work) {}

    private record RolledBack(Runnable work) {}

    @Configuration(proxyBeanMethods = false)
    @Import(TransactionApp.Jdbc.class)
    @ImportAutoConfiguration(TransactionAutoConfiguration.class)
    static class App {
        @TransactionalEventListener
        void on(Committed event) {
            event.work().run();
        }

        @TransactionalEventListener(phase = TransactionPhase.AFTER_ROLLBACK)
        void on(RolledBack event) {
            event.work().run();
        }
    }
}
