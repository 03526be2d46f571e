// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams share the slots of a node. */
@Timeout(60)
class StreamsTest {
    private final CountDownLatch go = new CountDownLatch(1);
    private final StubTransport transport = new StubTransport().concurrency(4);
    private final Rig rig = new Rig()
            .with(m -> m.transport(transport).stream("orders", s -> s.reserved(1)).stream(
                            "transactional", s -> s.reserved(0))
                    .stream("news", s -> s.weight(100))
                    .limits(l -> l.slots(3)));

    @AfterEach
    void close() {
        go.countDown();
        rig.close();
    }

    @Test
    void a_stream_with_a_slot_of_its_own_gets_through_while_another_holds_all_that_are_shared() {
        transport.answering(t -> t.recipient().endsWith("@news.example")
                ? StubTransport.hang(go)
                : StubTransport.later(Outcome.Scope.MESSAGE));
        List<MessageId> news = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            news.add(rig.send(Rig.mail("r" + i + "@news.example").stream("news")));
        }
        Rig.until("both shared slots hang", () -> transport.triesOfDomain("news.example") == 2);

        List<MessageId> orders = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            orders.add(rig.send(Rig.mail("o" + i + "@orders.example").stream("orders")));
        }
        orders.forEach(id -> rig.await(id, DeliveryState.DEFERRED));

        assertThat(transport.triesOfDomain("news.example")).isEqualTo(2);
        MessageId other = rig.send("jo@example.org");
        rig.await(rig.send(Rig.mail("last@orders.example").stream("orders")), DeliveryState.DEFERRED);
        assertThat(rig.delivery(other).state()).isNotEqualTo(DeliveryState.DEFERRED);
        go.countDown();
        news.forEach(id -> rig.await(id, DeliveryState.SENT));
        rig.await(other, DeliveryState.DEFERRED);
    }
}
