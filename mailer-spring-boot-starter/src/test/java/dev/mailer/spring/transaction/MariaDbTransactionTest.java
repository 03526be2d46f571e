// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import static dev.mailer.spring.transaction.TransactionApp.ledger;
import static dev.mailer.spring.transaction.TransactionApp.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Email;
import dev.mailer.api.Mailer;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.core.MemoryTransport;
import dev.mailer.spring.MariaDb;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** On MariaDB, which undoes whole transactions by itself. */
class MariaDbTransactionTest {
    private static ConfigurableApplicationContext jdbc;
    private static ConfigurableApplicationContext jpa;

    private ConfigurableApplicationContext app = jdbc;
    private Mailer mailer;

    @BeforeAll
    static void start() {
        jdbc = start(TransactionApp.Jdbc.class);
        jpa = start(JpaTransactionTest.App.class);
    }

    private static ConfigurableApplicationContext start(Class<?> configuration) {
        return TransactionApp.start(
                configuration,
                // the default from 11.6 on
                "spring.datasource.url=" + MariaDb.nextUrl() + "&sessionVariables=innodb_snapshot_isolation=ON",
                "spring.datasource.hikari.maximum-pool-size=4");
    }

    @AfterAll
    static void end() {
        jdbc.close();
        jpa.close();
    }

    @BeforeEach
    void next() {
        TransactionApp.next(jdbc);
        TransactionApp.next(jpa);
    }

    private void use(String manager) {
        app = manager.equals("jpa") ? jpa : jdbc;
        mailer = app.getBean(Mailer.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc", "jpa"})
    void a_commit_sends_and_a_rollback_leaves_nothing(String manager) throws Exception {
        use(manager);

        template().executeWithoutResult(status -> {
            order();
            mailer.send(mail("committed"));
        });
        template().executeWithoutResult(status -> {
            order();
            mailer.send(mail("rolled back"));
            status.setRollbackOnly();
        });

        assertThat(ledger(app)).containsExactly("committed");
        assertThat(orders()).isEqualTo(1);
        assertThat(app.getBean(MemoryTransport.class).awaitCount(1, Duration.ofSeconds(20)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc", "jpa"})
    void a_transaction_of_its_own_commits_alone(String manager) {
        use(manager);
        TransactionTemplate own = template();
        own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);

        template().executeWithoutResult(status -> {
            mailer.send(mail("outer"));
            own.executeWithoutResult(inner -> mailer.send(mail("inner")));
            mailer.send(mail("outer again"));
            status.setRollbackOnly();
        });

        assertThat(ledger(app)).containsExactly("inner");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc", "jpa"})
    void behind_the_commit_mail_is_accepted_without_a_second_connection(String manager) {
        use(manager);

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

    @ParameterizedTest
    @ValueSource(strings = {"jdbc", "jpa"})
    void a_transaction_that_the_server_has_undone_cannot_be_committed(String manager) {
        use(manager);
        Email keyed = mail("order").toBuilder()
                .idempotencyKey("key of " + TransactionApp.number())
                .build();

        assertThatThrownBy(() -> template().executeWithoutResult(status -> {
                    order();
                    orders(); // its snapshot begins
                    CompletableFuture.runAsync(() -> mailer.send(keyed)).join();
                    assertThatThrownBy(() -> mailer.send(keyed))
                            .isInstanceOf(MailerUnavailableException.class)
                            .hasMessageContaining("40001");
                    assertThatThrownBy(() -> mailer.send(mail("behind it")))
                            .isInstanceOf(MailerUnavailableException.class)
                            .hasMessageContaining("repeat the whole transaction");
                }))
                .isInstanceOf(
                        manager.equals("jpa") ? MailerUnavailableException.class : UnexpectedRollbackException.class);

        assertThat(orders()).isZero();
        assertThat(ledger(app)).containsExactly("order");
    }

    private TransactionTemplate template() {
        return new TransactionTemplate(app.getBean(PlatformTransactionManager.class));
    }

    private void order() {
        app.getBean(JdbcTemplate.class).update("insert into orders values (1)");
    }

    private int orders() {
        return app.getBean(JdbcTemplate.class).queryForObject("select count(*) from orders", Integer.class);
    }
}
