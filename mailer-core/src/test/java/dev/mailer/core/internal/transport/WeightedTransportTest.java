// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import static dev.mailer.core.internal.transport.ScriptedTransport.accepting;
import static dev.mailer.core.internal.transport.ScriptedTransport.completing;
import static dev.mailer.core.internal.transport.ScriptedTransport.ending;
import static dev.mailer.core.internal.transport.Submissions.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mailer.api.Address;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WeightedTransportTest {
    private static final int MAILS = 16_000;

    private final ScriptedTransport a = new ScriptedTransport("smtp://a");
    private final ScriptedTransport b = new ScriptedTransport("smtp://b");
    private final ScriptedTransport c = new ScriptedTransport("smtp://c");

    /** Ids as they come: the time in front, and little else that differs. */
    private static Submission mail(long n, int attempt) {
        MessageId id = new MessageId(new UUID(0x01977d3e5a007000L + (n / 10 << 16), 0x8000000000000000L + n));
        return Submissions.of(id, List.of(new Recipient(n, Address.of("jo@example.org"), attempt)));
    }

    private static RecordingSink send(WeightedTransport to, long n, int attempt) {
        RecordingSink sink = new RecordingSink();
        to.send(List.of(mail(n, attempt)), sink);
        return sink;
    }

    private static List<Integer> places(
            WeightedTransport to, List<ScriptedTransport> children, int attempt, int mails) {
        List<Integer> places = new ArrayList<>();
        for (int n = 1; n <= mails; n++) {
            List<Integer> before = children.stream().map(t -> t.given().size()).toList();
            send(to, n, attempt);
            for (int i = 0; i < children.size(); i++) {
                if (children.get(i).given().size() > before.get(i)) {
                    places.add(i);
                }
            }
        }
        return places;
    }

    @Test
    void shares_follow_the_weights_when_many_send_at_once() throws Exception {
        WeightedTransport weighted = new WeightedTransport(List.of(a, b, c), List.of(6, 3, 1));
        AtomicLong next = new AtomicLong();

        CompletableFuture.allOf(IntStream.range(0, 16)
                        .mapToObj(t -> CompletableFuture.runAsync(() ->
                                IntStream.range(0, MAILS / 16).forEach(i -> send(weighted, next.incrementAndGet(), 1))))
                        .toArray(CompletableFuture[]::new))
                .get();

        assertThat(a.given().size()).isCloseTo(MAILS * 6 / 10, within(MAILS / 50));
        assertThat(b.given().size()).isCloseTo(MAILS * 3 / 10, within(MAILS / 50));
        assertThat(c.given().size()).isCloseTo(MAILS / 10, within(MAILS / 50));
    }

    @Test
    void every_node_chooses_the_same() {
        WeightedTransport here = new WeightedTransport(List.of(a, b), List.of(1, 1));
        ScriptedTransport otherA = new ScriptedTransport("smtp://a");
        ScriptedTransport otherB = new ScriptedTransport("smtp://b");
        WeightedTransport there = new WeightedTransport(List.of(otherA, otherB), List.of(1, 1));

        assertThat(places(here, List.of(a, b), 1, 100))
                .isEqualTo(places(there, List.of(otherA, otherB), 1, 100))
                .startsWith(1, 1, 1, 1, 0, 0, 1, 0);
    }

    @Test
    void a_retry_draws_anew() {
        WeightedTransport weighted = new WeightedTransport(List.of(a, b), List.of(1, 1));

        assertThat(places(weighted, List.of(a, b), 1, 100)).isNotEqualTo(places(weighted, List.of(a, b), 2, 100));
    }

    @Test
    void the_share_of_an_open_circuit_falls_to_the_others_by_their_weights() {
        WeightedTransport weighted = new WeightedTransport(List.of(a, b, c), List.of(6, 3, 1));
        a.does(ending(Outcome.misconfigured(failure("login"))));

        for (int n = 1; n <= 4_000; n++) {
            assertThat(send(weighted, n, 1).kindOf(n)).isEqualTo(Kind.ACCEPTED);
        }

        assertThat(a.given()).hasSize(1);
        assertThat(b.given().size()).isCloseTo(3_000, within(150));
        assertThat(c.given().size()).isCloseTo(1_000, within(150));
    }

    @Test
    void a_transport_that_fails_as_a_whole_hands_its_mail_on() {
        WeightedTransport weighted = new WeightedTransport(List.of(a, b), List.of(1_000, 1));
        a.does((s, sink) -> {
            throw new NoClassDefFoundError("com/example/Gone");
        });

        for (int n = 1; n <= 20; n++) {
            assertThat(send(weighted, n, 1).kindOf(n)).isEqualTo(Kind.ACCEPTED);
        }

        assertThat(a.given()).hasSize(5);
        assertThat(b.given()).hasSize(20);
    }

    @Test
    void ambiguous_never_goes_elsewhere() {
        WeightedTransport weighted = new WeightedTransport(List.of(a, b), List.of(1, 1));
        a.does(completing(Outcome.ambiguous(failure("connection-lost"))));
        b.does(completing(Outcome.ambiguous(failure("connection-lost"))));

        assertThat(send(weighted, 1, 1).kindOf(1)).isEqualTo(Kind.AMBIGUOUS);
        assertThat(a.given().size() + b.given().size()).isEqualTo(1);
    }

    @Test
    void when_all_are_down_the_least_recently_failed_really_attempts() {
        WeightedTransport weighted = new WeightedTransport(List.of(a, b), List.of(1, 1));
        a.does(ending(Outcome.misconfigured(failure("login"))));
        b.does(ending(Outcome.misconfigured(failure("login"))));
        send(weighted, 1, 1);
        boolean aFirst = a.submissions().size() == 1 && firstOf(weighted, 1) == a;
        ScriptedTransport older = aFirst ? a : b;
        ScriptedTransport newer = aFirst ? b : a;
        older.does(accepting());
        newer.does(accepting());

        for (int n = 2; n <= 11; n++) {
            assertThat(send(weighted, n, 1).kindOf(n)).isEqualTo(Kind.ACCEPTED);
        }

        assertThat(older.given()).hasSize(11);
        assertThat(newer.given()).hasSize(1);
    }

    /** Which of two healthy ones would have been first. */
    private ScriptedTransport firstOf(WeightedTransport like, long n) {
        ScriptedTransport healthyA = new ScriptedTransport("smtp://a");
        WeightedTransport healthy =
                new WeightedTransport(List.of(healthyA, new ScriptedTransport("smtp://b")), List.of(1, 1));
        assertThat(healthy).hasToString(like.toString());
        send(healthy, n, 1);
        return healthyA.given().isEmpty() ? b : a;
    }

    @Test
    void a_batch_is_divided_and_mails_of_one_order_go_together() {
        WeightedTransport weighted = new WeightedTransport(List.of(a, b), List.of(1, 1));
        RecordingSink sink = new RecordingSink();

        weighted.send(IntStream.rangeClosed(1, 40).mapToObj(n -> mail(n, 1)).toList(), sink);

        assertThat(sink.outcomes()).hasSize(40);
        assertThat(a.batches()).hasSize(1);
        assertThat(b.batches()).hasSize(1);
        assertThat(a.batches().get(0) + b.batches().get(0)).isEqualTo(40);
    }

    @Test
    void weights_must_fit() {
        assertThatThrownBy(() -> new WeightedTransport(List.of(a, b), List.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weights are [1] for 2 transports");
        assertThatThrownBy(() -> new WeightedTransport(List.of(a), List.of(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weights are [0] for 1 transports");
    }
}
