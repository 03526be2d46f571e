// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.SendResult;
import dev.mailer.api.spi.Outcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Destinations that hang go on beside the slots, which serve the others meanwhile. */
@Timeout(120)
class HangingPeersTest {
    private static final int SLOTS = 4;
    private static final int HANGING = 30;

    private final CountDownLatch letGo = new CountDownLatch(1);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final StubTransport transport = new StubTransport()
            .answering(t ->
                    t.recipient().contains("hangs") ? StubTransport.hang(letGo) : Outcome.accepted("250 ok", null));
    private final Rig rig =
            new Rig().with(m -> m.transport(transport).meters(meters).limits(l -> l.slots(SLOTS)));

    @AfterEach
    void close() {
        letGo.countDown();
        rig.close();
    }

    @Test
    void others_get_through_and_what_hung_ends_when_it_can() {
        transport.byDomain();
        List<MessageId> hanging = submit("jo@%d.hangs.example", HANGING);
        List<MessageId> healthy = submit("jo@%d.example", 100);

        healthy.forEach(id -> rig.await(id, DeliveryState.SENT));
        Rig.until("all of them hang at once", () -> transport.tried().size() == 100 + HANGING);
        Rig.until("all of them are aside", () -> aside() == HANGING);

        letGo.countDown();

        hanging.forEach(
                id -> assertThat(rig.await(id, DeliveryState.SENT).attempts()).isEqualTo(1));
        Rig.until("nothing is aside", () -> aside() == 0);
        Rig.until("spare threads have ended", () -> sendingThreads() <= SLOTS + 16);
    }

    @Test
    void no_more_than_allowed_go_aside_and_the_others_still_get_through() {
        transport.byDomain();
        rig.with(m -> m.limits(l -> l.slots(SLOTS).slowCalls(5)));
        rig.await(rig.send("jo@quick.example"), DeliveryState.SENT);
        submit("jo@%d.hangs.example", HANGING);
        Rig.until("as many as may hang", () -> aside() == 5);

        for (int i = 0; i < 20; i++) {
            rig.await(rig.send(i + "@quick.example"), DeliveryState.SENT);
        }
        assertThat(aside()).isEqualTo(5);
        assertThat(hung()).isLessThanOrEqualTo(5 + SLOTS - 1);
    }

    @Test
    void a_way_that_all_share_is_asked_for_no_more_than_it_takes() {
        submit("jo@%d.hangs.example", HANGING);

        Rig.until("all slots hang", () -> hung() == SLOTS);
        Rig.eventually("and no more, when they would be aside if they could")
                .during(Duration.ofSeconds(2))
                .until(() -> hung() == SLOTS && aside() == 0);
    }

    private long hung() {
        return transport.tried().stream()
                .filter(t -> t.recipient().contains("hangs"))
                .count();
    }

    private double aside() {
        return meters.get("mailer.calls.slow").gauge().value();
    }

    private static long sendingThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("mailer-"))
                .count();
    }

    private List<MessageId> submit(String address, int mails) {
        List<Email> emails = IntStream.range(0, mails)
                .mapToObj(i -> Rig.mail(address.formatted(i)).build())
                .toList();
        return new ArrayList<>(
                rig.mailer().sendAll(emails).stream().map(SendResult::id).toList());
    }
}
