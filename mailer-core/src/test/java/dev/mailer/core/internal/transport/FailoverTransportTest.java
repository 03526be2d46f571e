// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import static dev.mailer.core.internal.transport.ScriptedTransport.accepting;
import static dev.mailer.core.internal.transport.ScriptedTransport.completing;
import static dev.mailer.core.internal.transport.ScriptedTransport.ending;
import static dev.mailer.core.internal.transport.Submissions.deferred;
import static dev.mailer.core.internal.transport.Submissions.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Outcome.Scope;
import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportCapabilities;
import dev.mailer.api.spi.WireCapabilities;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailoverTransportTest {
    private static final Outcome MISCONFIGURED = Outcome.misconfigured(failure("login"));

    private final ScriptedTransport a = new ScriptedTransport("smtp://a");
    private final ScriptedTransport b = new ScriptedTransport("smtp://b");
    private final Transport failover = new FailoverTransport(List.of(a, b));

    private RecordingSink send(long... deliveries) {
        RecordingSink sink = new RecordingSink();
        failover.send(List.of(submission(deliveries)), sink);
        return sink;
    }

    private Submission submission(long... deliveries) {
        return Submissions.to(deliveries).destination(failover.destinationOf("example.org"));
    }

    @Test
    void the_first_that_works_sends() {
        RecordingSink sink = send(1);

        assertThat(sink.kindOf(1)).isEqualTo(Kind.ACCEPTED);
        assertThat(a.given()).hasSize(1);
        assertThat(b.given()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Scope.class,
            names = {"TRANSPORT", "DESTINATION"})
    void goes_on_when_a_transport_defers_as_a_whole(Scope scope) {
        a.does(ending(deferred(scope)));

        RecordingSink sink = send(1);

        assertThat(sink.kindOf(1)).isEqualTo(Kind.ACCEPTED);
        assertThat(b.given()).containsExactly(List.of(1L));
    }

    @ParameterizedTest
    @EnumSource(
            value = Scope.class,
            names = {"RECIPIENT", "MESSAGE"})
    void reports_what_is_deferred_for_a_recipient_or_a_message(Scope scope) {
        Outcome greylisted = deferred(scope);
        a.does(ending(greylisted));

        RecordingSink sink = send(1);

        assertTold(sink.of(1), greylisted);
        assertThat(b.given()).isEmpty();
    }

    @Test
    void goes_on_when_a_transport_has_no_turn_for_the_destination_and_does_not_count_that_as_working() {
        a.does(ending(Outcome.busy(failure("site-pace"), Duration.ofSeconds(3))));

        for (int i = 1; i <= 3; i++) {
            assertThat(send(i).kindOf(i)).isEqualTo(Kind.ACCEPTED);
        }

        assertThat(b.given()).hasSize(3);
    }

    @Test
    void reports_that_there_is_no_turn_when_no_transport_has_one() {
        Outcome busy = Outcome.busy(failure("site-pace"), Duration.ofSeconds(3));
        a.does(ending(busy));
        b.does(ending(deferred(Scope.TRANSPORT)));

        assertThat(send(1).outcomes().get(1L)).isSameAs(busy);
    }

    @Test
    void a_rejection_is_final() {
        a.does(ending(Outcome.rejected(failure("unknown-user"))));

        assertThat(send(1).kindOf(1)).isEqualTo(Kind.REJECTED);
        assertThat(b.given()).isEmpty();
    }

    @Test
    void ambiguous_never_fails_over() {
        a.does(completing(Outcome.ambiguous(failure("connection-lost"))));

        assertThat(send(1).of(1)).hasToString("AMBIGUOUS (MESSAGE): connection-lost at CONNECT: connection-lost it is");
        assertThat(b.given()).isEmpty();
    }

    @Test
    void a_deferral_after_the_dot_goes_on_and_the_next_asks_again() {
        a.does(completing(deferred(Scope.DESTINATION)));

        RecordingSink sink = send(1);

        assertThat(sink.kindOf(1)).isEqualTo(Kind.ACCEPTED);
        assertThat(sink.asked()).containsExactly(List.of(1L), List.of(1L));
    }

    @Test
    void misconfigured_opens_the_circuit_at_once() {
        a.does(ending(MISCONFIGURED));

        assertThat(send(1).kindOf(1)).isEqualTo(Kind.ACCEPTED);
        assertThat(send(2).kindOf(2)).isEqualTo(Kind.ACCEPTED);

        assertThat(a.given()).containsExactly(List.of(1L));
        assertThat(b.given()).containsExactly(List.of(1L), List.of(2L));
    }

    @Test
    void failures_in_a_row_open_the_circuit() {
        a.does(ending(deferred(Scope.TRANSPORT)));

        for (int i = 1; i <= 50; i++) {
            assertThat(send(i).kindOf(i)).isEqualTo(Kind.ACCEPTED);
        }

        assertThat(a.given()).hasSize(5);
        assertThat(b.given()).hasSize(50);
    }

    @Test
    void what_concerns_recipients_never_opens_the_circuit() {
        a.does(ending(deferred(Scope.RECIPIENT)));

        for (int i = 1; i <= 50; i++) {
            send(i);
        }

        assertThat(a.given()).hasSize(50);
    }

    @Test
    void a_provider_that_throws_a_raw_exception_or_error_still_fails_over() {
        List<Throwable> thrown = List.of(
                new IllegalStateException("broken"),
                new IOException("checked, thrown sneakily"),
                new NoClassDefFoundError("com/example/Gone"),
                new StackOverflowError());
        for (Throwable t : thrown) {
            ScriptedTransport first = new ScriptedTransport("smtp://a").does((s, sink) -> sneak(t));
            ScriptedTransport second = new ScriptedTransport("smtp://b");
            RecordingSink sink = new RecordingSink();

            new FailoverTransport(List.of(first, second)).send(List.of(Submissions.to(1)), sink);

            assertThat(sink.kindOf(1)).as(t.toString()).isEqualTo(Kind.ACCEPTED);
            assertThat(second.given()).hasSize(1);
        }
    }

    @Test
    void a_child_that_cannot_even_say_where_it_goes_fails_over() {
        a.goesTo(domain -> {
            throw new IllegalStateException("broken");
        });
        RecordingSink sink = new RecordingSink();

        failover.send(List.of(Submissions.to(1)), sink);

        assertThat(sink.kindOf(1)).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void a_throw_after_leave_is_ambiguous_and_does_not_fail_over() {
        a.does((s, sink) -> {
            sink.mayComplete(s);
            throw new IllegalStateException("broken");
        });

        RecordingSink sink = send(1, 2);

        assertThat(sink.of(1))
                .hasToString("AMBIGUOUS (MESSAGE): transport-failure at FINAL_REPLY: the transport smtp://a threw"
                        + " java.lang.IllegalStateException: broken");
        assertThat(sink.kindOf(2)).isEqualTo(Kind.AMBIGUOUS);
        assertThat(b.given()).isEmpty();
    }

    @Test
    void silence_counts_like_a_throw() {
        a.does((s, sink) -> {});
        assertThat(send(1).kindOf(1)).isEqualTo(Kind.ACCEPTED);

        a.does((s, sink) -> sink.mayComplete(s));
        assertThat(send(2).of(2))
                .hasToString("AMBIGUOUS (MESSAGE): transport-failure at FINAL_REPLY: the transport smtp://a returned"
                        + " without a report");
        assertThat(b.given()).containsExactly(List.of(1L));
    }

    @Test
    void out_of_memory_is_thrown_on_after_all_is_reported() {
        a.does((s, sink) -> {
            throw new OutOfMemoryError("heap");
        });
        RecordingSink sink = new RecordingSink();

        assertThatThrownBy(() -> failover.send(List.of(submission(1)), sink)).isInstanceOf(OutOfMemoryError.class);

        assertThat(sink.of(1))
                .hasToString("DEFERRED (TRANSPORT): transport-failure at CONNECT: the transport smtp://a threw"
                        + " java.lang.OutOfMemoryError: heap");
        assertThat(b.given()).isEmpty();
    }

    @Test
    void without_leave_nobody_goes_on_and_nothing_is_reported() {
        a.does((s, sink) -> {
            if (!sink.mayComplete(s)) {
                throw new IllegalStateException("gives up loudly");
            }
        });
        RecordingSink sink = new RecordingSink().refusing();

        failover.send(List.of(submission(1)), sink);

        assertThat(sink.outcomes()).isEmpty();
        assertThat(b.given()).isEmpty();
    }

    @Test
    void only_recipients_that_are_still_open_go_on_with_the_same_bytes() throws Exception {
        a.does((s, sink) -> {
            sink.report(s, s.recipients().get(0), Outcome.rejected(failure("unknown-user")));
            sink.report(s, s.recipients().get(1), Outcome.accepted("250", null));
            sink.report(s, s.recipients().get(2), deferred(Scope.RECIPIENT));
            sink.report(s, s.recipients().get(3), deferred(Scope.TRANSPORT));
        });

        RecordingSink sink = send(1, 2, 3, 4, 5);

        assertThat(sink.outcomes().values())
                .extracting(Outcome::kind)
                .containsExactly(Kind.REJECTED, Kind.ACCEPTED, Kind.DEFERRED, Kind.ACCEPTED, Kind.ACCEPTED);
        assertThat(b.given()).containsExactly(List.of(4L, 5L));
        Submission rest = b.submissions().get(0);
        Submission all = a.submissions().get(0);
        assertThat(rest.destination()).isEqualTo(new Destination("smtp://b"));
        assertThat(rest.messageId()).isEqualTo(all.messageId());
        assertThat(rest.idempotencyKey()).isEqualTo(all.messageId() + "-4-5").isNotEqualTo(all.idempotencyKey());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        rest.writeTo(bytes, WireCapabilities.FULL);
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(Submissions.MIME);
    }

    @Test
    void the_whole_submission_keeps_its_idempotency_key() {
        send(1, 2);

        assertThat(a.submissions().get(0).idempotencyKey()).startsWith("key-of-");
    }

    @Test
    void what_is_final_is_reported_at_once() {
        RecordingSink sink = new RecordingSink();
        a.does((s, toSink) -> {
            toSink.report(s, s.recipients().get(0), Outcome.rejected(failure("unknown-user")));
            assertThat(sink.kindOf(1)).isEqualTo(Kind.REJECTED);
            toSink.report(s, s.recipients().get(1), deferred(Scope.TRANSPORT));
            assertThat(sink.outcomes()).doesNotContainKey(2L);
        });

        failover.send(List.of(submission(1, 2)), sink);

        assertThat(sink.kindOf(2)).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void the_last_failure_is_reported_when_nobody_works() {
        a.does(ending(deferred(Scope.TRANSPORT)));
        Outcome last = deferred(Scope.DESTINATION);
        b.does(ending(last));

        assertTold(send(1).of(1), last);
    }

    @Test
    void the_earliest_retry_is_reported_when_nobody_works() {
        Outcome soon = Outcome.deferred(Scope.TRANSPORT, failure("soon"), Duration.ofSeconds(5));
        a.does(ending(soon));
        b.does(ending(Outcome.deferred(Scope.TRANSPORT, failure("late"), Duration.ofHours(1))));

        assertTold(send(1).of(1), soon);
    }

    @Test
    void a_deferral_says_more_than_a_misconfiguration() {
        Outcome down = deferred(Scope.TRANSPORT);
        a.does(ending(down));
        b.does(ending(MISCONFIGURED));

        assertTold(send(1).of(1), down);
    }

    @Test
    void misconfigured_is_reported_when_all_are() {
        a.does(ending(MISCONFIGURED));
        b.does(ending(MISCONFIGURED));

        assertTold(send(1).of(1), MISCONFIGURED);
    }

    @Test
    void when_all_are_down_the_first_retry_really_attempts_least_recently_failed_first() {
        ScriptedTransport first = new ScriptedTransport("smtp://first").does(ending(MISCONFIGURED));
        ScriptedTransport second = new ScriptedTransport("smtp://second").does(ending(MISCONFIGURED));
        Transport both = new FailoverTransport(List.of(first, second));
        both.send(List.of(Submissions.to(1)), new RecordingSink());
        first.does(accepting());
        second.does(accepting());

        RecordingSink sink = new RecordingSink();
        both.send(List.of(Submissions.to(2)), sink);

        assertThat(sink.kindOf(2)).isEqualTo(Kind.ACCEPTED);
        assertThat(first.given()).containsExactly(List.of(1L), List.of(2L));
        assertThat(second.given()).containsExactly(List.of(1L));

        first.does(ending(MISCONFIGURED));
        both.send(List.of(Submissions.to(3)), new RecordingSink());
        both.send(List.of(Submissions.to(4)), new RecordingSink());

        assertThat(first.given()).containsExactly(List.of(1L), List.of(2L), List.of(3L));
        assertThat(second.given()).containsExactly(List.of(1L), List.of(3L), List.of(4L));
    }

    @Test
    void a_destination_of_its_own_is_the_childs_affair_and_not_failed_over() {
        ScriptedTransport mx = new ScriptedTransport("mx:").goesTo(domain -> domain);
        Outcome dead = deferred(Scope.DESTINATION);
        mx.does(ending(dead));
        Transport mixed = new FailoverTransport(List.of(mx, b));
        RecordingSink sink = new RecordingSink();

        mixed.send(List.of(Submissions.to(1).destination(mixed.destinationOf("example.org"))), sink);

        assertThat(mixed.destinationOf("example.org")).isEqualTo(new Destination("example.org"));
        assertTold(sink.of(1), dead);
        assertThat(b.given()).isEmpty();
    }

    @Test
    void a_relay_that_fails_beside_a_finer_child_does_not_speak_for_the_domain() {
        ScriptedTransport mx = new ScriptedTransport("mx:").goesTo(domain -> domain);
        mx.does(ending(deferred(Scope.TRANSPORT)));
        b.does(ending(deferred(Scope.DESTINATION)));
        Transport mixed = new FailoverTransport(List.of(mx, b));
        RecordingSink sink = new RecordingSink();

        mixed.send(List.of(Submissions.to(1).destination(mixed.destinationOf("example.org"))), sink);

        assertThat(mx.submissions().get(0).destination()).isEqualTo(new Destination("example.org"));
        assertThat(b.submissions().get(0).destination()).isEqualTo(new Destination("smtp://b"));
        assertThat(sink.of(1))
                .hasToString(
                        "DEFERRED (TRANSPORT): deferred-for-destination at CONNECT: deferred-for-destination it is");
    }

    @Test
    void a_child_that_goes_on_after_it_ended_completes_nothing() {
        AtomicReference<OutcomeSink> kept = new AtomicReference<>();
        a.does((s, sink) -> kept.set(sink));
        RecordingSink sink = send(1);
        Submission mail = a.submissions().get(0);

        assertThat(kept.get().mayComplete(mail)).isFalse();
        kept.get().reportAll(mail, Outcome.rejected(failure("late")));

        assertThat(sink.kindOf(1)).isEqualTo(Kind.ACCEPTED);
        assertThat(sink.asked()).hasSize(1);
    }

    @Test
    void a_child_that_reports_twice_or_for_others_is_not_heard() {
        a.does((s, sink) -> {
            sink.reportAll(s, deferred(Scope.TRANSPORT));
            sink.reportAll(s, Outcome.accepted("250", null));
            sink.reportAll(Submissions.to(99), Outcome.accepted("250", null));
        });

        RecordingSink sink = send(1);

        assertThat(b.given()).containsExactly(List.of(1L));
        assertThat(sink.outcomes()).containsOnlyKeys(1L);
    }

    @Test
    void a_batch_goes_on_together() {
        a.does((s, sink) -> sink.reportAll(
                s,
                s.recipients().get(0).deliveryId() == 2 ? Outcome.accepted("250", null) : deferred(Scope.TRANSPORT)));
        RecordingSink sink = new RecordingSink();

        failover.send(List.of(submission(1), submission(2), submission(3)), sink);

        assertThat(a.batches()).containsExactly(3);
        assertThat(b.batches()).containsExactly(2);
        assertThat(b.given()).containsExactly(List.of(1L), List.of(3L));
        assertThat(sink.outcomes().values()).extracting(Outcome::kind).containsOnly(Kind.ACCEPTED);
    }

    @Test
    void composites_nest() {
        ScriptedTransport c = new ScriptedTransport("smtp://c");
        Transport nested = new FailoverTransport(List.of(new FailoverTransport(List.of(a, b)), c));
        a.does(ending(deferred(Scope.DESTINATION)));
        b.does(ending(deferred(Scope.DESTINATION)));
        RecordingSink sink = new RecordingSink();

        nested.send(List.of(Submissions.to(1).destination(nested.destinationOf("example.org"))), sink);

        assertThat(nested).hasToString("failover(failover(smtp://a smtp://b) smtp://c)");
        assertThat(sink.kindOf(1)).isEqualTo(Kind.ACCEPTED);
        assertThat(c.given()).containsExactly(List.of(1L));
    }

    @Test
    void every_child_that_slows_a_site_down_is_told_to_let_it_go_on() {
        a.slows("mx.example.org");
        b.slows("mx.example.org");
        for (Transport both :
                List.of(new FailoverTransport(List.of(a, b)), new WeightedTransport(List.of(a, b), List.of(1, 1)))) {
            assertThat(both.releaseSite("mx.example.com")).isFalse();
            assertThat(both.releaseSite("mx.example.org")).isTrue();
            assertThat(both.releaseSite("mx.example.org"))
                    .as("neither has it any more")
                    .isFalse();
            a.slows("mx.example.org");
            b.slows("mx.example.org");
        }
    }

    @Test
    void can_do_what_every_child_can_and_carry_what_one_of_them_can() {
        a.can(TransportCapabilities.DEFAULT
                .maxRecipients(100)
                .maxBatch(10)
                .maxSize(1_000)
                .concurrency(4));
        b.can(TransportCapabilities.DEFAULT.maxRecipients(50).maxBatch(20).concurrency(8));

        TransportCapabilities both = failover.capabilities();

        assertThat(both.maxRecipients()).isEqualTo(50);
        assertThat(both.maxBatch()).isEqualTo(10);
        assertThat(both.maxSize()).isEqualTo(Long.MAX_VALUE);
        assertThat(both.concurrency()).isEqualTo(8);
        assertThat(new WeightedTransport(List.of(a, b), List.of(1, 1))
                        .capabilities()
                        .concurrency())
                .isEqualTo(12);
    }

    @Test
    void a_mail_goes_past_a_child_that_it_is_too_large_for() {
        a.can(TransportCapabilities.DEFAULT.maxSize(1));
        RecordingSink sink = send(1);

        assertThat(sink.kindOf(1)).isEqualTo(Kind.ACCEPTED);
        assertThat(a.given()).isEmpty();
        assertThat(b.given()).hasSize(1);
    }

    @Test
    void closes_every_child_even_when_one_throws() {
        IllegalStateException first = new IllegalStateException("first");
        IllegalStateException second = new IllegalStateException("second");
        a.failsToClose(first);
        b.failsToClose(second);
        ScriptedTransport c = new ScriptedTransport("smtp://c");

        assertThatThrownBy(() -> new FailoverTransport(List.of(a, b, c)).close())
                .isSameAs(first);

        assertThat(first).hasSuppressedException(second);
        assertThat(List.of(a, b, c)).allMatch(ScriptedTransport::isClosed);
    }

    /** The outcome of a child, with its name. */
    private static void assertTold(Outcome told, Outcome ofChild) {
        assertThat(told.kind()).isEqualTo(ofChild.kind());
        assertThat(told.scope()).isEqualTo(ofChild.scope());
        assertThat(told.retryAfter()).isEqualTo(ofChild.retryAfter());
        assertThat(told.failure()).isSameAs(ofChild.failure());
        assertThat(told.facts()).containsKey("via");
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable t) throws T {
        throw (T) t;
    }
}
