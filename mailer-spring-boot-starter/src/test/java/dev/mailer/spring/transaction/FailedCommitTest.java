// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import static dev.mailer.spring.transaction.TransactionApp.ledger;
import static dev.mailer.spring.transaction.TransactionApp.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Email;
import dev.mailer.api.Mailer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The commit of a transaction that mail has joined is refused by the database. */
class FailedCommitTest {
    @ParameterizedTest
    @ValueSource(classes = {TransactionApp.Jdbc.class, JpaTransactionTest.App.class})
    void no_mail_is_left_and_the_mailer_knows(Class<?> configuration) {
        try (ConfigurableApplicationContext app = TransactionApp.start(configuration)) {
            TransactionApp.next(app);
            JdbcTemplate jdbc = app.getBean(JdbcTemplate.class);
            Mailer mailer = app.getBean(Mailer.class);
            TransactionTemplate template = new TransactionTemplate(app.getBean(PlatformTransactionManager.class));
            template.executeWithoutResult(status -> {
                jdbc.execute("create function refuse() returns trigger language plpgsql as"
                        + " $$begin raise exception 'no' using errcode = '23514'; end$$");
                jdbc.execute("create constraint trigger refuse after insert on orders deferrable initially deferred"
                        + " for each row when (new.number = 13) execute function refuse()");
            });
            Email order = mail("order").toBuilder().idempotencyKey("order 13").build();

            assertThatThrownBy(() -> template.executeWithoutResult(status -> {
                        jdbc.update("insert into orders values (13)");
                        mailer.send(order);
                        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                            @Override
                            public void afterCompletion(int outcome) {
                                assertThat(outcome).isNotEqualTo(STATUS_COMMITTED);
                                mailer.send(mail("after the failure"));
                            }
                        });
                    }))
                    .hasStackTraceContaining("ERROR: no");

            assertThat(ledger(app)).containsExactly("after the failure");
            assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
            template.executeWithoutResult(
                    status -> assertThat(mailer.send(order).isDuplicate()).isFalse());
            assertThat(ledger(app)).containsExactly("after the failure", "order");
        }
    }
}
