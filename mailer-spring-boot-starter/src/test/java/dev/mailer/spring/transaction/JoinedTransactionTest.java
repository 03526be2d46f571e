// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import static dev.mailer.spring.transaction.TransactionApp.ledger;
import static dev.mailer.spring.transaction.TransactionApp.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.Attachment;
import dev.mailer.api.Email;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.Mailer;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageId;
import dev.mailer.api.Outbox;
import dev.mailer.api.SendResult;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.MemoryTransport;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.support.TransactionTemplate;

class JoinedTransactionTest {
    private static ConfigurableApplicationContext app;
    private static Mailer mailer;
    private static JdbcTemplate jdbc;
    private static MemoryTransport sent;

    @BeforeAll
    static void start() {
        app = TransactionApp.start(TransactionApp.Jdbc.class, "spring.datasource.hikari.maximum-pool-size=4");
        mailer = app.getBean(Mailer.class);
        jdbc = app.getBean(JdbcTemplate.class);
        sent = app.getBean(MemoryTransport.class);
    }

    @AfterAll
    static void end() {
        app.close();
    }

    @BeforeEach
    void empty() {
        TransactionApp.next(app);
    }

    @Test
    void a_commit_sends() throws Exception {
        MessageId id = transaction(TransactionDefinition.PROPAGATION_REQUIRED).execute(status -> {
            jdbc.update("insert into orders values (1)");
            MessageId accepted = mailer.send(mail("order 1")).id();
            assertThat(mailer.find(accepted)).as("seen from outside").isNull();
            return accepted;
        });

        assertThat(sent.awaitCount(1, Duration.ofSeconds(20))).isTrue();
        assertThat(mailer.await(id, Duration.ofSeconds(20)).isSent()).isTrue();
        assertThat(orders()).isEqualTo(1);
    }

    @Test
    void a_rollback_leaves_nothing() {
        in(TransactionDefinition.PROPAGATION_REQUIRED, rollback -> {
            jdbc.update("insert into orders values (1)");
            mailer.send(mail("order 1"));
            mailer.sendAll(List.of(mail("order 2"), mail("order 3")));
            rollback.run();
        });

        assertThat(ledger(app)).isEmpty();
        assertThat(orders()).isZero();
    }

    @Test
    void a_savepoint_that_is_rolled_back_takes_its_mail_with_it() throws Exception {
        in(TransactionDefinition.PROPAGATION_REQUIRED, rollback -> {
            mailer.send(mail("before"));
            in(TransactionDefinition.PROPAGATION_NESTED, inner -> {
                mailer.send(mail("nested"));
                inner.run();
            });
            mailer.send(mail("after"));
        });

        assertThat(ledger(app)).containsExactly("after", "before");
        assertThat(sent.awaitCount(2, Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void a_transaction_of_its_own_commits_alone() throws Exception {
        in(TransactionDefinition.PROPAGATION_REQUIRED, rollback -> {
            mailer.send(mail("outer"));
            in(TransactionDefinition.PROPAGATION_REQUIRES_NEW, inner -> mailer.send(mail("inner")));
            mailer.send(mail("outer again"));
            rollback.run();
        });

        assertThat(ledger(app)).containsExactly("inner");
        assertThat(sent.awaitCount(1, Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void what_suspends_the_transaction_sends_at_once() {
        in(TransactionDefinition.PROPAGATION_REQUIRED, rollback -> {
            mailer.send(mail("joined"));
            in(TransactionDefinition.PROPAGATION_NOT_SUPPORTED, inner -> mailer.send(mail("outside")));
            rollback.run();
        });

        assertThat(ledger(app)).containsExactly("outside");
    }

    @Test
    void a_read_only_transaction_is_refused_and_goes_on() {
        TransactionTemplate readOnly = transaction(TransactionDefinition.PROPAGATION_REQUIRED);
        readOnly.setReadOnly(true);
        readOnly.setName("Shop.show");

        Integer one = readOnly.execute(status -> {
            assertThatThrownBy(() -> mailer.send(mail("order 1")))
                    .isInstanceOf(IllegalTransactionStateException.class)
                    .hasMessage(
                            "mail cannot be accepted in the read-only transaction 'Shop.show'; take readOnly off it, or send"
                                    + " in a transaction of its own (REQUIRES_NEW)");
            return jdbc.queryForObject("select 1", Integer.class);
        });

        assertThat(one).isEqualTo(1);
        assertThat(ledger(app)).isEmpty();
    }

    @Test
    void a_transaction_whose_time_is_over_takes_no_mail() {
        TransactionTemplate short1 = transaction(TransactionDefinition.PROPAGATION_REQUIRED);
        short1.setTimeout(1);

        assertThatThrownBy(() -> short1.executeWithoutResult(status -> {
                    await().pollDelay(Duration.ofMillis(1_100)).until(() -> true);
                    mailer.send(mail("late"));
                }))
                .isInstanceOf(TransactionTimedOutException.class);
        assertThat(ledger(app)).isEmpty();
    }

    @Test
    void waiting_for_an_equal_key_ends_with_the_transactions_time() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        CompletableFuture<Void> other =
                CompletableFuture.runAsync(() -> in(TransactionDefinition.PROPAGATION_REQUIRED, rollback -> {
                    mailer.send(keyed("first"));
                    held.countDown();
                    assertThat(isDone(done)).isTrue();
                }));
        held.await();
        // it must not be over before the wait begins
        TransactionTemplate brief = transaction(TransactionDefinition.PROPAGATION_REQUIRED);
        brief.setTimeout(4);

        assertThatThrownBy(() -> brief.executeWithoutResult(status -> mailer.send(keyed("second"))))
                .isInstanceOf(MailerUnavailableException.class);
        done.countDown();
        other.join();
        assertThat(ledger(app)).containsExactly("first");
    }

    @Test
    void a_key_that_a_suspended_transaction_of_the_thread_holds_is_refused_at_once() {
        in(TransactionDefinition.PROPAGATION_REQUIRED, rollback -> {
            mailer.send(keyed("outer"));
            for (int propagation : new int[] {
                TransactionDefinition.PROPAGATION_REQUIRES_NEW, TransactionDefinition.PROPAGATION_NOT_SUPPORTED
            }) {
                in(
                        propagation,
                        inner -> assertThatThrownBy(() -> mailer.send(keyed("inner")))
                                .isInstanceOf(IllegalTransactionStateException.class)
                                .hasMessageContaining("the same idempotency key")
                                .hasMessageContaining("without REQUIRES_NEW"));
            }
            in(
                    TransactionDefinition.PROPAGATION_REQUIRES_NEW,
                    inner -> mailer.send(mail("other").toBuilder()
                            .idempotencyKey("another key")
                            .build()));
            assertThat(mailer.send(keyed("outer")).isDuplicate()).isTrue();
        });

        assertThat(mailer.send(keyed("outer")).isDuplicate()).isTrue();
        assertThat(ledger(app)).containsExactly("other", "outer");
    }

    @Test
    void a_key_that_a_savepoint_has_given_back_is_free() {
        in(TransactionDefinition.PROPAGATION_REQUIRED, rollback -> {
            in(TransactionDefinition.PROPAGATION_NESTED, inner -> {
                mailer.send(keyed("nested"));
                inner.run();
            });
            in(TransactionDefinition.PROPAGATION_REQUIRES_NEW, inner -> mailer.send(keyed("inner")));
        });

        assertThat(ledger(app)).containsExactly("inner");
    }

    @Test
    void no_second_connection_is_taken() {
        in(TransactionDefinition.PROPAGATION_REQUIRED, rollback -> {
            jdbc.update("insert into orders values (1)");
            List<Connection> all = TransactionApp.takeAllConnections(app);
            try {
                assertThat(mailer.sendAll(List.of(mail("a"), withAttachment("b"))))
                        .hasSize(2);
            } finally {
                all.forEach(JoinedTransaction::close);
            }
        });

        assertThat(ledger(app)).containsExactly("a", "b");
    }

    @Test
    void without_a_transaction_mail_is_accepted_when_send_returns() {
        SendResult one = mailer.send(mail("one"));
        List<SendResult> batch = mailer.sendAll(List.of(mail("two"), mail("three")));

        assertThat(mailer.find(one.id())).isNotNull();
        assertThat(batch).allSatisfy(r -> assertThat(mailer.find(r.id())).isNotNull());
        assertThat(mailer.sendAll(List.of())).isEmpty();
    }

    @Test
    void a_batch_with_a_bad_mail_is_refused_as_a_whole_and_the_transaction_goes_on() {
        Email bad = mail("bad").toBuilder().stream("nowhere").build();

        in(TransactionDefinition.PROPAGATION_REQUIRED, rollback -> {
            assertThatThrownBy(() -> mailer.sendAll(List.of(mail("good"), bad)))
                    .isInstanceOf(InvalidEmailException.class);
            jdbc.update("insert into orders values (1)");
        });

        assertThat(ledger(app)).isEmpty();
        assertThat(orders()).isEqualTo(1);
    }

    /** It finds mail by itself, too, but later. */
    @Test
    void the_commit_wakes_the_mailer() {
        AtomicReference<MessageId> sent = new AtomicReference<>();
        List<Boolean> found = new ArrayList<>();
        Mailer told = JoiningMailer.of(
                telling(() -> found.add(mailer.find(sent.get()) != null)), app.getBean(DataSource.class));

        in(
                TransactionDefinition.PROPAGATION_REQUIRED,
                rollback -> sent.set(told.send(mail("order")).id()));
        in(TransactionDefinition.PROPAGATION_REQUIRED, rollback -> {
            told.send(mail("none"));
            rollback.run();
        });

        assertThat(found).containsExactly(true);
        assertThat(ledger(app)).containsExactly("order");
    }

    /** The mailer, telling of each commit that it is told of. */
    private static MailerEngine telling(Runnable committed) {
        MailerEngine engine = app.getBean(MailerEngine.class);
        return proxy(MailerEngine.class, (proxy, method, args) -> {
            Object result = method.invoke(engine, args);
            return result instanceof Outbox outbox ? telling(outbox, committed) : result;
        });
    }

    private static Outbox telling(Outbox outbox, Runnable committed) {
        return proxy(Outbox.class, (proxy, method, args) -> {
            if (method.getName().equals("committed")) {
                committed.run();
            }
            return method.invoke(outbox, args);
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static boolean isDone(CountDownLatch latch) {
        try {
            return latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static TransactionTemplate transaction(int propagation) {
        TransactionTemplate template = new TransactionTemplate(app.getBean(PlatformTransactionManager.class));
        template.setPropagationBehavior(propagation);
        return template;
    }

    /** Runs work that may ask for a rollback. */
    private static void in(int propagation, Consumer<Runnable> work) {
        transaction(propagation).executeWithoutResult(status -> work.accept(status::setRollbackOnly));
    }

    private static int orders() {
        return jdbc.queryForObject("select count(*) from orders", Integer.class);
    }

    private static Email keyed(String subject) {
        return mail(subject).toBuilder()
                .idempotencyKey("the key of " + TransactionApp.number())
                .build();
    }

    private static Email withAttachment(String subject) {
        return mail(subject).toBuilder()
                .attach(Attachment.of("a.bin", new byte[300_000]))
                .build();
    }
}
