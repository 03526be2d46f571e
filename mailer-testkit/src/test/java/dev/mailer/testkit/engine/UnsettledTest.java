// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.Outcome;
import dev.mailer.core.Stores;
import dev.mailer.testkit.Sabotage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What has passed the final dot and is not settled: how much of it there may be, and what of it is on disk. */
class UnsettledTest {
    private final StubTransport transport = new StubTransport().concurrency(8);
    private final Rig rig = new Rig().with(m -> m.transport(transport));
    private final CountDownLatch letGo = new CountDownLatch(1);
    private final AtomicInteger refused = new AtomicInteger();

    @AfterEach
    void close() {
        letGo.countDown();
        rig.close();
    }

    @ParameterizedTest
    @EnumSource(AmbiguityPolicy.class)
    void only_what_may_not_be_repeated_is_journalled_before_the_dot(AmbiguityPolicy policy) throws Exception {
        if (policy == AmbiguityPolicy.RESEND) {
            // nor because it takes long on a busy machine
            rig.store(withoutJournal());
        }
        CountDownLatch pastTheDot = new CountDownLatch(1);
        List<Claim> seen = new ArrayList<>();
        transport.answering(t -> {
            seen.addAll(held());
            pastTheDot.countDown();
            return Outcome.accepted("250 ok", null);
        });

        MessageId id = rig.send(Rig.mail("jo@example.org").ambiguityPolicy(policy));

        assertThat(pastTheDot.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(seen).singleElement().satisfies(c -> {
            assertThat(c.journalled()).isEqualTo(policy != AmbiguityPolicy.RESEND);
            assertThat(c.policy()).isEqualTo(policy);
        });
        rig.await(id, DeliveryState.SENT);
    }

    @Test
    void hanging_peers_are_journalled_and_make_room() {
        rig.with(m -> m.limits(l -> l.maxUnsettled(2)));
        transport.answering(
                t -> t.recipient().startsWith("hang") ? StubTransport.hang(letGo) : Outcome.accepted("250 ok", null));
        List<MessageId> hanging = List.of(rig.send("hang1@example.org"), rig.send("hang2@example.org"));
        Rig.until("both hang", () -> transport.tried().size() == 2);

        MessageId third = rig.send("jo@example.org");

        rig.await(third, DeliveryState.SENT);
        // the second one when it has taken long enough, too
        Rig.eventually("both are journalled")
                .untilAsserted(() -> assertThat(held()).hasSize(2).allMatch(Claim::journalled));
        letGo.countDown();
        hanging.forEach(id -> rig.await(id, DeliveryState.SENT));
        assertThat(rig.delivery(hanging.get(0)).attempts()).isEqualTo(1);
    }

    @Test
    void no_more_than_the_limit_are_past_the_dot() {
        // what takes long is journalled and makes room, which is not to happen while this looks
        rig.store(withoutJournal());
        rig.with(m -> m.limits(l -> l.maxUnsettled(3)));
        transport.answering(t -> StubTransport.hang(letGo));
        List<Email> mails = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            mails.add(Rig.mail("r" + i + "@example.org").build());
        }

        rig.mailer().sendAll(mails);

        Rig.until("three are past the dot", () -> transport.tried().size() == 3);
        Rig.until("a second has passed", () -> refused.get() > 0);
        assertThat(held().stream().filter(Claim::journalled)).isEmpty();
        assertThat(transport.tried()).hasSize(3);
    }

    /** A ledger that refuses to journal. */
    private OutboxStore withoutJournal() {
        return new Sabotage("OutboxTransaction.journal", call -> {
                    refused.incrementAndGet();
                    throw new IllegalStateException("on purpose");
                })
                .of(Stores.memory(rig.clock));
    }

    /** What the nodes of this ledger hold. */
    private List<Claim> held() {
        return rig.store().transact(tx -> {
            List<Claim> all = new ArrayList<>();
            tx.deadNodes(-1, Instant.MAX).forEach(node -> all.addAll(tx.heldBy(node, 100)));
            return all;
        });
    }
}
