// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.DeliveryStatus;
import dev.mailer.api.Email;
import dev.mailer.api.EventType;
import dev.mailer.api.IdempotencyConflictException;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.SendResult;
import dev.mailer.core.Stores;
import dev.mailer.testkit.Sabotage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code send} promises and refuses. */
class SubmissionTest {
    private final StubTransport transport = new StubTransport();
    private final Rig rig = new Rig().with(m -> m.transport(transport));
    private final ExecutorService callers = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        callers.shutdownNow();
        rig.close();
    }

    @Test
    void a_hundred_submissions_with_one_key_are_one_mail() throws Exception {
        Email mail = Rig.mail("jo@example.org").idempotencyKey("order-1").build();
        rig.mailer();
        CountDownLatch go = new CountDownLatch(1);

        List<Future<SendResult>> results = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            results.add(callers.submit(() -> {
                go.await();
                return rig.mailer().send(mail);
            }));
        }
        go.countDown();

        List<SendResult> all = new ArrayList<>();
        for (Future<SendResult> result : results) {
            all.add(result.get(20, TimeUnit.SECONDS));
        }
        assertThat(all.stream().map(SendResult::id).distinct()).hasSize(1);
        assertThat(all.stream().filter(r -> !r.isDuplicate())).hasSize(1);
        rig.await(all.get(0).id(), DeliveryState.SENT);
        assertThat(transport.tried()).hasSize(1);
    }

    @Test
    void a_key_that_was_used_for_another_mail_is_refused() {
        rig.send(Rig.mail("jo@example.org").idempotencyKey("order-1"));

        Email.Builder other = Rig.mail("ann@example.org").idempotencyKey("order-1");

        assertThatThrownBy(() -> rig.send(other)).isInstanceOf(IdempotencyConflictException.class);
        assertThat(stored()).hasSize(1);
    }

    @Test
    void of_several_mails_with_a_conflict_none_is_accepted() {
        rig.send(Rig.mail("jo@example.org").idempotencyKey("order-1"));
        List<Email> batch = List.of(
                Rig.mail("a@example.org").build(),
                Rig.mail("b@example.org").idempotencyKey("order-1").build(),
                Rig.mail("c@example.org").build());

        assertThatThrownBy(() -> rig.mailer().sendAll(batch)).isInstanceOf(IdempotencyConflictException.class);

        assertThat(stored()).hasSize(1);
        rig.await(rig.send("last@example.org"), DeliveryState.SENT);
        assertThat(transport.tries("a@example.org")).isZero();
    }

    @Test
    void a_conflict_in_a_shared_commit_hurts_only_its_caller() throws Exception {
        rig.send(Rig.mail("jo@example.org").idempotencyKey("order-1"));
        List<Email> bad = List.of(
                Rig.mail("a@example.org").build(),
                Rig.mail("b@example.org").idempotencyKey("order-1").build());
        CountDownLatch go = new CountDownLatch(1);

        List<Future<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int number = i;
            Callable<Integer> call = () -> {
                go.await();
                try {
                    return number % 4 == 0
                            ? rig.mailer().sendAll(bad).size()
                            : rig.mailer()
                                    .sendAll(List.of(Rig.mail("x" + number + "@example.org")
                                            .build()))
                                    .size();
                } catch (IdempotencyConflictException e) {
                    return -1;
                }
            };
            results.add(callers.submit(call));
        }
        go.countDown();

        for (int i = 0; i < 40; i++) {
            assertThat(results.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(i % 4 == 0 ? -1 : 1);
        }
        assertThat(stored()).hasSize(31);
    }

    @Test
    void more_than_may_wait_are_refused_and_nothing_else() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch writing = new CountDownLatch(1);
        Sabotage sabotage = new Sabotage("OutboxTransaction.append", call -> {
            writing.countDown();
            slow.await(20, TimeUnit.SECONDS);
            return call.proceed();
        });
        rig.store(sabotage.of(Stores.memory(rig.clock))).with(m -> m.limits(l -> l.waitingSubmissions(5)));
        rig.mailer();
        List<Future<MessageId>> accepted = new ArrayList<>();
        accepted.add(callers.submit(() -> rig.send("first@example.org")));
        assertThat(writing.await(20, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 5; i++) {
            int number = i;
            accepted.add(callers.submit(() -> rig.send("w" + number + "@example.org")));
        }

        Rig.eventually("a submission is refused")
                .untilAsserted(() -> assertThatThrownBy(() -> callers.submit(() -> rig.send("more@example.org"))
                                .get(200, TimeUnit.MILLISECONDS))
                        .hasCauseInstanceOf(MailerUnavailableException.class)
                        .hasMessageContaining("the limit is 5"));
        slow.countDown();

        for (Future<MessageId> each : accepted.subList(0, 1)) {
            rig.await(each.get(20, TimeUnit.SECONDS), DeliveryState.SENT);
        }
        rig.await(rig.send("later@example.org"), DeliveryState.SENT);
    }

    @Test
    void a_mail_that_is_larger_than_the_transport_takes_fails_untried_and_says_so() {
        transport.maxSize(2_000);

        DeliveryStatus small = rig.await(rig.send("jo@example.org"), DeliveryState.SENT);
        MessageId id = rig.send(
                Rig.mail("ann@example.org").header("X-Padding", "x".repeat(900)).header("X-More", "y".repeat(900)));
        DeliveryStatus large = rig.await(id, DeliveryState.FAILED);

        assertThat(small.failure()).isNull();
        assertThat(large.failure().reason()).isEqualTo("message-too-large");
        assertThat(large.failure().text()).matches("\\d{4} octets, transport stub takes 2000");
        assertThat(rig.events(id)).containsExactly(EventType.QUEUED, EventType.FAILED);
        assertThat(transport.tries("ann@example.org")).isZero();
        transport.maxSize(Long.MAX_VALUE);
        assertThat(rig.mailer().resolve(id, large.id(), DeliveryState.QUEUED)).isTrue();
        rig.await(id, DeliveryState.SENT);
    }

    @Test
    void waiting_takes_any_time_and_ends_when_interrupted() throws Exception {
        CountDownLatch letGo = new CountDownLatch(1);
        transport.answering(t -> StubTransport.hang(letGo));
        MessageId id = rig.send("jo@example.org");
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);

        assertThat(rig.mailer().await(id, endless.negated()).isFinal()).isFalse();
        assertThat(rig.mailer().await(id, Duration.ZERO).isFinal()).isFalse();
        boolean stillInterrupted = callers.submit(() -> {
                    Thread.currentThread().interrupt();
                    assertThat(rig.mailer().await(id, endless).isFinal()).isFalse();
                    return Thread.interrupted();
                })
                .get(20, TimeUnit.SECONDS);
        letGo.countDown();

        assertThat(stillInterrupted).isTrue();
        assertThat(rig.mailer().await(id, endless).isSent()).isTrue();
    }

    @Test
    void a_closed_mailer_accepts_nothing() {
        rig.send("jo@example.org");
        rig.mailer().close();

        assertThatThrownBy(() -> rig.send("ann@example.org")).isInstanceOf(MailerUnavailableException.class);
    }

    private List<?> stored() {
        return rig.mailer()
                .list(MessageQuery.ofTenant(Email.DEFAULT_TENANT).limit(100))
                .items();
    }
}
