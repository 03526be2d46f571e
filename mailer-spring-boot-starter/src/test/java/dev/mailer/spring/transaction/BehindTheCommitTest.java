// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import static dev.mailer.spring.transaction.TransactionApp.ledger;
import static dev.mailer.spring.transaction.TransactionApp.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.Mailer;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.core.MemoryTransport;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Behind a commit a thread still has its connection, and must not wait for another one of the same pool. */
class BehindTheCommitTest {
    private static final int POOL = 2;
    private static ConfigurableApplicationContext app;
    private static Mailer mailer;
    private static JdbcTemplate jdbc;

    @BeforeAll
    static void start() {
        app = TransactionApp.start(App.class, "spring.datasource.hikari.maximum-pool-size=" + POOL);
        mailer = app.getBean(Mailer.class);
        jdbc = app.getBean(JdbcTemplate.class);
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
    void as_many_threads_as_the_pool_has_connections_send_behind_their_commits() throws Exception {
        CyclicBarrier all = new CyclicBarrier(POOL);
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < POOL; i++) {
            threads.add(CompletableFuture.runAsync(() -> template().executeWithoutResult(status -> {
                jdbc.update("insert into orders values (1)");
                app.publishEvent(new Committed(() -> {
                    await(all);
                    mailer.send(mail("order"));
                    await(all);
                }));
            })));
        }
        CompletableFuture.allOf(threads.toArray(CompletableFuture<?>[]::new)).get(60, TimeUnit.SECONDS);

        assertThat(ledger(app)).containsExactly("order", "order");
        assertThat(app.getBean(MemoryTransport.class).awaitCount(2, Duration.ofSeconds(20)))
                .isTrue();
    }

    @Test
    void in_a_callback_of_the_commit_no_second_connection_is_taken() {
        template()
                .executeWithoutResult(status -> afterCommit(() -> {
                    List<Connection> others = TransactionApp.takeAllConnections(app);
                    try {
                        mailer.sendAll(List.of(mail("after"), mail("after, too")));
                    } finally {
                        others.forEach(JoinedTransaction::close);
                    }
                }));

        assertThat(ledger(app)).containsExactly("after", "after, too");
    }

    @Test
    void what_cannot_be_accepted_is_told_and_the_next_can() {
        AtomicReference<Throwable> unknown = new AtomicReference<>();
        AtomicReference<Throwable> refused = new AtomicReference<>();
        jdbc.execute("create function refuse() returns trigger language plpgsql as"
                + " $$begin raise exception 'no' using errcode = '23514'; end$$");
        jdbc.execute("create constraint trigger refuse after insert on mailer_message deferrable initially deferred"
                + " for each row when (new.subject like '% refused') execute function refuse()");

        template()
                .executeWithoutResult(status -> afterCommit(() -> {
                    unknown.set(catchThrowable(() -> mailer.send(
                            mail("nowhere").toBuilder().stream("nowhere").build())));
                    refused.set(catchThrowable(() -> mailer.send(mail("refused"))));
                    mailer.send(mail("good"));
                }));

        assertThat(unknown.get()).isInstanceOf(InvalidEmailException.class);
        assertThat(refused.get())
                .isInstanceOf(MailerUnavailableException.class)
                .hasMessageStartingWith(
                        "the mail could not be committed on the connection of the transaction before it");
        assertThat(ledger(app)).containsExactly("good");
    }

    @Test
    void a_time_that_was_the_transactions_does_not_count_any_more() {
        TransactionTemplate template = template();
        template.setTimeout(1);

        template.executeWithoutResult(status -> afterCommit(() -> {
            org.awaitility.Awaitility.await()
                    .pollDelay(Duration.ofMillis(1_100))
                    .until(() -> true);
            mailer.send(mail("after"));
        }));

        assertThat(ledger(app)).containsExactly("after");
    }

    @Test
    void the_connection_of_a_read_only_transaction_is_not_written_on() {
        TransactionTemplate template = template();
        template.setReadOnly(true);

        template.executeWithoutResult(status -> afterCommit(() -> mailer.send(mail("after"))));

        assertThat(ledger(app)).containsExactly("after");
    }

    @Test
    void behind_a_rollback_mail_is_accepted_as_without_a_transaction() {
        template().executeWithoutResult(status -> {
            jdbc.update("insert into orders values (1)");
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCompletion(int outcome) {
                    mailer.send(mail("after"));
                }
            });
            status.setRollbackOnly();
        });

        assertThat(ledger(app)).containsExactly("after");
        assertThat(jdbc.queryForObject("select count(*) from orders", Integer.class))
                .isZero();
    }

    @Test
    void the_connection_is_left_as_it_was() {
        AtomicReference<Boolean> autoCommit = new AtomicReference<>();

        template()
                .executeWithoutResult(status -> afterCommit(() -> {
                    Connection bound = DataSourceUtils.getConnection(app.getBean(DataSource.class));
                    set(bound, true);
                    mailer.send(mail("after"));
                    autoCommit.set(isAutoCommit(bound));
                    DataSourceUtils.releaseConnection(bound, app.getBean(DataSource.class));
                }));

        assertThat(autoCommit.get()).isTrue();
        assertThat(ledger(app)).containsExactly("after");
    }

    private static TransactionTemplate template() {
        return new TransactionTemplate(app.getBean(PlatformTransactionManager.class));
    }

    private static void afterCommit(Runnable work) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                work.run();
            }
        });
    }

    private static void set(Connection connection, boolean autoCommit) {
        try {
            connection.setAutoCommit(autoCommit);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isAutoCommit(Connection connection) {
        try {
            return connection.getAutoCommit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CyclicBarrier all) {
        try {
            all.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Work for behind the commit. */
    private record Committed(Runnable work) {}

    @Configuration(proxyBeanMethods = false)
    @Import(TransactionApp.Jdbc.class)
    @ImportAutoConfiguration(TransactionAutoConfiguration.class)
    static class App {
        @TransactionalEventListener
        void on(Committed event) {
            event.work().run();
        }
    }
}
