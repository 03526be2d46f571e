// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.EventType;
import dev.mailer.api.MessageId;
import dev.mailer.api.SendResult;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.SendInterceptor;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportCapabilities;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mails that wait for one slot are handed over together, and yet each has an outcome of its own. */
@Timeout(120)
class BatchesTest {
    private static final int MAILS = 300;

    private final Counting transport = new Counting();
    private final Rig rig = new Rig().with(m -> m.transport(transport).limits(l -> l.slots(1)));

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void all_are_sent_once_and_some_together() {
        List<MessageId> ids = submit(MAILS, AmbiguityPolicy.RESEND);

        ids.forEach(id -> rig.await(id, DeliveryState.SENT));
        assertThat(transport.handed).hasSize(MAILS).doesNotHaveDuplicates();
        assertThat(transport.largest).isGreaterThan(1).isLessThanOrEqualTo(Counting.MOST);
    }

    @Test
    void those_that_must_be_journalled_are_as_well() {
        List<MessageId> ids = submit(MAILS, AmbiguityPolicy.HOLD);

        ids.forEach(id -> rig.await(id, DeliveryState.SENT));
        assertThat(transport.handed).hasSize(MAILS).doesNotHaveDuplicates();
        assertThat(transport.largest).isGreaterThan(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void when_the_transport_throws_the_mail_that_it_was_at_pays_for_it(boolean behindTheDot) {
        AtomicReference<List<Submission>> struck = new AtomicReference<>();
        transport.sending((submissions, outcomes) -> {
            if (submissions.size() < 3 || !struck.compareAndSet(null, submissions)) {
                Counting.accept(submissions, outcomes);
                return;
            }
            Counting.accept(submissions.subList(0, 1), outcomes);
            if (behindTheDot) {
                outcomes.mayComplete(submissions.get(1));
            }
            throw new IllegalStateException("on purpose");
        });

        List<MessageId> ids = submit(MAILS, AmbiguityPolicy.HOLD);

        Rig.until("three went together", () -> struck.get() != null);
        MessageId culprit = struck.get().get(1).messageId();
        rig.await(culprit, behindTheDot ? DeliveryState.AMBIGUOUS : DeliveryState.DEFERRED);
        for (MessageId id : ids) {
            if (!id.equals(culprit)) {
                rig.await(id, DeliveryState.SENT);
                assertThat(rig.events(id)).containsExactly(EventType.QUEUED, EventType.SENT);
            }
        }
    }

    @Test
    void one_that_expires_while_it_waits_for_those_before_it_is_not_sent() {
        Instant expires = MovableClock.START.plusSeconds(60);
        AtomicReference<List<Submission>> struck = new AtomicReference<>();
        transport.sending((submissions, outcomes) -> {
            if (submissions.size() < 3 || !struck.compareAndSet(null, submissions)) {
                Counting.accept(submissions, outcomes);
                return;
            }
            Counting.accept(submissions.subList(0, 1), outcomes);
            rig.clock.advance(Duration.ofSeconds(60));
            Counting.accept(submissions.subList(1, submissions.size()), outcomes);
        });

        List<MessageId> ids = submit(MAILS, b -> b.expiresAt(expires));

        Rig.until("three went together", () -> struck.get() != null);
        List<MessageId> together =
                struck.get().stream().map(Submission::messageId).toList();
        rig.await(together.get(0), DeliveryState.SENT);
        together.subList(1, together.size()).forEach(id -> rig.await(id, DeliveryState.EXPIRED));
        assertThat(ids).containsAll(together);
    }

    @Test
    void what_is_reported_in_another_order_and_by_another_thread_counts() {
        transport.sending((submissions, outcomes) -> {
            List<Submission> backwards = new ArrayList<>(submissions);
            Collections.reverse(backwards);
            Thread other = new Thread(() -> backwards.forEach(s -> {
                if (outcomes.mayComplete(s)) {
                    String word = s.recipients().get(0).address().spec();
                    outcomes.reportAll(s, Outcome.accepted("250 " + word, null));
                }
            }));
            other.start();
            join(other);
        });

        List<MessageId> ids = submit(MAILS, AmbiguityPolicy.RESEND);

        for (int i = 0; i < MAILS; i++) {
            assertThat(rig.await(ids.get(i), DeliveryState.SENT).attempts()).isEqualTo(1);
        }
        assertThat(transport.largest).isGreaterThan(1);
    }

    @Test
    void one_that_cannot_be_prepared_takes_no_other_along() {
        rig.with(m -> m.install(MailerPlugin.of("picky", p -> p.interceptor(picky()))));

        List<MessageId> ids = submit(MAILS, AmbiguityPolicy.RESEND);

        for (int i = 0; i < MAILS; i++) {
            rig.await(ids.get(i), i % 10 == 0 ? DeliveryState.FAILED : DeliveryState.SENT);
        }
        assertThat(transport.handed).hasSize(MAILS - MAILS / 10);
        assertThat(transport.largest).isGreaterThan(1);
    }

    @Test
    void a_refusal_is_that_mails_own() {
        transport.sending((submissions, outcomes) -> {
            for (Submission s : submissions) {
                boolean bad = s.recipients().get(0).address().spec().endsWith("0@example.org");
                if (bad) {
                    outcomes.reportAll(s, Outcome.rejected(StubTransport.failure("refused")));
                } else {
                    Counting.accept(List.of(s), outcomes);
                }
            }
        });

        List<MessageId> ids = submit(MAILS, AmbiguityPolicy.RESEND);

        for (int i = 0; i < MAILS; i++) {
            rig.await(ids.get(i), i % 10 == 0 ? DeliveryState.REJECTED : DeliveryState.SENT);
        }
        assertThat(rig.events(ids.get(1))).containsExactly(EventType.QUEUED, EventType.SENT);
        assertThat(transport.largest).isGreaterThan(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Outcome.Scope.class,
            names = {"DESTINATION", "TRANSPORT"})
    void where_all_fail_for_one_reason_one_tells_and_the_others_go_back(Outcome.Scope scope) {
        AtomicReference<List<Submission>> struck = new AtomicReference<>();
        transport.sending((submissions, outcomes) -> {
            if (submissions.size() < 3 || !struck.compareAndSet(null, submissions)) {
                Counting.accept(submissions, outcomes);
                return;
            }
            Outcome why = StubTransport.later(scope);
            outcomes.reportAll(submissions.get(0), why);
            submissions.subList(1, submissions.size()).forEach(s -> outcomes.reportAll(s, Outcome.notBegun(why)));
        });

        List<MessageId> ids = submit(MAILS, AmbiguityPolicy.RESEND);

        Rig.until("three went together", () -> struck.get() != null);
        List<MessageId> together =
                struck.get().stream().map(Submission::messageId).toList();
        rig.await(together.get(0), DeliveryState.DEFERRED);
        for (MessageId id : ids) {
            if (!id.equals(together.get(0))) {
                rig.await(id, DeliveryState.SENT);
                assertThat(rig.events(id)).containsExactly(EventType.QUEUED, EventType.SENT);
            }
        }
    }

    @Test
    void what_was_asked_for_each_is_each_ones_own() {
        AtomicReference<List<Submission>> struck = new AtomicReference<>();
        transport.sending((submissions, outcomes) -> {
            if (submissions.size() < 3 || !struck.compareAndSet(null, submissions)) {
                Counting.accept(submissions, outcomes);
                return;
            }
            submissions.forEach(s -> outcomes.reportAll(s, StubTransport.later(Outcome.Scope.DESTINATION)));
        });

        submit(MAILS, AmbiguityPolicy.RESEND);

        Rig.until("three went together", () -> struck.get() != null);
        for (Submission s : struck.get()) {
            rig.await(s.messageId(), DeliveryState.DEFERRED);
        }
    }

    @Test
    void what_says_that_it_was_not_begun_for_no_reason_counts_as_tried() {
        Outcome why = StubTransport.later(Outcome.Scope.DESTINATION);
        transport.sending(
                (submissions, outcomes) -> submissions.forEach(s -> outcomes.reportAll(s, Outcome.notBegun(why))));

        MessageId id = rig.send("jo@example.org");

        rig.await(id, DeliveryState.DEFERRED);
    }

    @Test
    void each_is_observed_by_itself() {
        Map<String, Integer> stopped = new ConcurrentHashMap<>();
        Set<Observation.Context> open = ConcurrentHashMap.newKeySet();
        rig.with(m -> m.observations(counting(stopped, open)));

        List<MessageId> ids = submit(MAILS, AmbiguityPolicy.RESEND);

        ids.forEach(id -> rig.await(id, DeliveryState.SENT));
        Rig.until("all observations are stopped", open::isEmpty);
        assertThat(stopped.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        ids.stream().map(MessageId::toString).toList());
        assertThat(stopped.values()).containsOnly(1);
        assertThat(transport.largest).isGreaterThan(1);
    }

    private List<MessageId> submit(int mails, AmbiguityPolicy policy) {
        return submit(mails, mail -> mail.ambiguityPolicy(policy));
    }

    private List<MessageId> submit(int mails, Consumer<Email.Builder> options) {
        List<Email> emails = IntStream.range(0, mails)
                .mapToObj(i -> {
                    Email.Builder mail = Rig.mail(i + "@example.org");
                    options.accept(mail);
                    return mail.build();
                })
                .toList();
        return rig.mailer().sendAll(emails).stream().map(SendResult::id).toList();
    }

    private static SendInterceptor picky() {
        return draft -> {
            if (draft.recipients().get(0).address().spec().endsWith("0@example.org")) {
                throw new IllegalStateException("on purpose");
            }
        };
    }

    private static ObservationRegistry counting(Map<String, Integer> stopped, Set<Observation.Context> open) {
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public void onStart(Observation.Context context) {
                open.add(context);
            }

            @Override
            public void onStop(Observation.Context context) {
                open.remove(context);
                Matcher id = Pattern.compile("message\\.id='([^']+)'").matcher(context.toString());
                stopped.merge(id.find() ? id.group(1) : "none", 1, Integer::sum);
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return "mailer.attempt".equals(context.getName());
            }
        });
        return observations;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes several at once and remembers how many came. */
    private static final class Counting implements Transport {
        static final int MOST = 8;

        final ConcurrentLinkedQueue<MessageId> handed = new ConcurrentLinkedQueue<>();
        volatile int largest;
        private volatile BiConsumer<List<Submission>, OutcomeSink> sending = Counting::accept;

        void sending(BiConsumer<List<Submission>, OutcomeSink> other) {
            this.sending = other;
        }

        static void accept(List<Submission> submissions, OutcomeSink outcomes) {
            for (Submission s : submissions) {
                if (outcomes.mayComplete(s)) {
                    outcomes.reportAll(s, Outcome.accepted("250 ok", null));
                }
            }
        }

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public TransportCapabilities capabilities() {
            return TransportCapabilities.DEFAULT.maxBatch(MOST).concurrency(1);
        }

        /** Called by one slot at a time. */
        @Override
        public void send(List<Submission> submissions, OutcomeSink outcomes) {
            largest = Math.max(largest, submissions.size());
            submissions.forEach(s -> handed.add(s.messageId()));
            sending.accept(submissions, outcomes);
        }
    }
}
