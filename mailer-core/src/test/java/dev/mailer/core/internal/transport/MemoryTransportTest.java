// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Address;
import dev.mailer.api.Envelope;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Submission;
import dev.mailer.core.MemoryTransport;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemoryTransportTest {
    private final MemoryTransport memory = new MemoryTransport("", 3, 1_000_000, InstantSource.fixed(Submissions.NOW));

    private static RecordingSink send(MemoryTransport to, Submission... submissions) {
        RecordingSink sink = new RecordingSink();
        to.send(List.of(submissions), sink);
        return sink;
    }

    @Test
    void keeps_envelope_bytes_ids_and_time() {
        Submissions.Fake mail = Submissions.to(7, 8).sender(null);

        RecordingSink sink = send(memory, mail);

        assertThat(sink.kindOf(7)).isEqualTo(Outcome.Kind.ACCEPTED);
        assertThat(sink.kindOf(8)).isEqualTo(Outcome.Kind.ACCEPTED);
        assertThat(memory.sent())
                .containsExactly(new MemoryTransport.Sent(
                        mail.messageId(),
                        new Envelope(null, List.of(Address.of("7@example.org"), Address.of("8@example.org"))),
                        List.of(7L, 8L),
                        mail.messageIdHeader(),
                        Bytes.utf8(Submissions.MIME),
                        Submissions.NOW));
        assertThat(memory.sent().get(0)).asString().doesNotContain("example.org");
    }

    @Test
    void drops_the_oldest_beyond_the_number_it_keeps() {
        IntStream.rangeClosed(1, 5).forEach(i -> send(memory, Submissions.to(i)));

        assertThat(memory.sent())
                .extracting(MemoryTransport.Sent::deliveryIds)
                .containsExactly(List.of(3L), List.of(4L), List.of(5L));
        assertThat(memory.count()).isEqualTo(5);
    }

    @Test
    void drops_the_oldest_beyond_the_bytes_it_keeps_but_never_the_last() {
        MemoryTransport small = new MemoryTransport("small", 1_000, 100, InstantSource.system());
        send(small, mailOf(1, 40), mailOf(2, 40), mailOf(3, 40));
        assertThat(small.sent())
                .extracting(MemoryTransport.Sent::deliveryIds)
                .containsExactly(List.of(2L), List.of(3L));

        send(small, mailOf(4, 5_000));

        assertThat(small.sent()).extracting(MemoryTransport.Sent::deliveryIds).containsExactly(List.of(4L));
    }

    @Test
    void forgets_on_demand_and_counts_anew() {
        send(memory, Submissions.to(1));

        memory.clear();

        assertThat(memory.sent()).isEmpty();
        assertThat(memory.count()).isZero();
    }

    @Test
    void a_mail_that_cannot_be_read_is_deferred_and_not_kept() {
        RecordingSink sink = send(memory, Submissions.to(1).body(out -> {
            throw new IOException("the content is gone");
        }));

        assertThat(sink.of(1)).hasToString("DEFERRED (MESSAGE): message-unreadable at DATA: the content is gone");
        assertThat(memory.sent()).isEmpty();
    }

    @Test
    void a_mail_whose_store_is_down_is_deferred_for_itself() {
        RecordingSink sink = send(memory, Submissions.to(1).body(out -> {
            throw new MailerUnavailableException("the store is down", Duration.ofSeconds(1), null);
        }));

        assertThat(sink.of(1)).hasToString("DEFERRED (MESSAGE): message-unreadable at DATA: the store is down");
    }

    @Test
    void keeps_nothing_without_leave() {
        RecordingSink sink = new RecordingSink().refusing();

        memory.send(List.of(Submissions.to(1)), sink);

        assertThat(memory.sent()).isEmpty();
        assertThat(sink.outcomes()).isEmpty();
    }

    @Test
    void waits_for_mails_and_gives_up_in_time() throws Exception {
        CompletableFuture<Void> sending =
                CompletableFuture.runAsync(() -> send(memory, Submissions.to(1), Submissions.to(2)));

        assertThat(memory.awaitCount(2, Duration.ofSeconds(30))).isTrue();
        assertThat(memory.awaitCount(3, Duration.ZERO)).isFalse();
        sending.get();
    }

    @Test
    void loses_nothing_when_many_send_at_once() throws Exception {
        MemoryTransport all = new MemoryTransport();

        CompletableFuture.allOf(IntStream.range(0, 16)
                        .mapToObj(t -> CompletableFuture.runAsync(() ->
                                IntStream.range(0, 100).forEach(i -> send(all, Submissions.to(1L + t * 100L + i)))))
                        .toArray(CompletableFuture[]::new))
                .get();

        assertThat(all.count()).isEqualTo(1_600);
        assertThat(all.sent()).hasSize(MemoryTransport.DEFAULT_KEEP);
    }

    @Test
    void refuses_to_keep_nothing() {
        assertThatThrownBy(() -> new MemoryTransport("", 0, 1, InstantSource.system()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("keep is 0, at least 1 is needed");
    }

    @Test
    void the_null_transport_accepts_without_composing() {
        RecordingSink sink = new RecordingSink();

        new NullTransport()
                .send(
                        List.of(Submissions.to(1).body(out -> {
                            throw new IOException("must not be asked");
                        })),
                        sink);

        assertThat(sink.kindOf(1)).isEqualTo(Outcome.Kind.ACCEPTED);
    }

    private static Submission mailOf(long delivery, int size) {
        return Submissions.to(delivery).body(out -> out.write(new byte[size]));
    }
}
