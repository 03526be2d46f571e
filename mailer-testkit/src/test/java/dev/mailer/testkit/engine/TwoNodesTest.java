// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.SendResult;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import dev.mailer.testkit.PostgresqlStores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Mailers that share one PostgreSQL database. */
class TwoNodesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** A machine that stands still for some seconds makes no node a dead one. */
    private static final Duration LEASE = Duration.ofSeconds(20);

    private static final Lane LANE = new Lane(Email.DEFAULT_TENANT, Email.DEFAULT_STREAM);

    private final String url = PostgresqlStores.nextUrl();

    @Test
    void each_delivery_is_sent_by_one_of_them() {
        // neither may finish a mail before the other has begun one
        CountDownLatch oneSends = new CountDownLatch(1);
        CountDownLatch twoSends = new CountDownLatch(1);
        StubTransport first = new StubTransport().answering(t -> {
            oneSends.countDown();
            return StubTransport.hang(twoSends);
        });
        StubTransport second = new StubTransport().answering(t -> {
            twoSends.countDown();
            return StubTransport.hang(oneSends);
        });
        try (MailerEngine one = node("one", first);
                MailerEngine two = node("two", second)) {
            List<MessageId> ids = new ArrayList<>();
            for (int round = 0; round < 10; round++) {
                MailerEngine mailer = round % 2 == 0 ? one : two;
                ids.addAll(send(mailer, round, 60));
            }
            ids.forEach(id -> assertThat(one.await(id, PATIENCE).isSent()).isTrue());
        }

        List<String> sent = new ArrayList<>();
        first.tried().forEach(t -> sent.add(t.recipient()));
        second.tried().forEach(t -> sent.add(t.recipient()));
        assertThat(sent).hasSize(600).doesNotHaveDuplicates();
        assertThat(first.tried()).isNotEmpty();
        assertThat(second.tried()).isNotEmpty();
    }

    @Test
    void what_a_dead_node_held_is_taken_over_as_its_policy_says() {
        List<MessageId> ids = new ArrayList<>();
        try (OutboxStore ledger = Stores.open(url, InstantSource.system())) {
            StubTransport unused = new StubTransport();
            MailerEngine tool = Mailers.builder()
                    .transport(unused)
                    .store(url)
                    .nodeName("tool")
                    .paused()
                    .build();
            for (AmbiguityPolicy policy : AmbiguityPolicy.values()) {
                for (String passed : List.of("before", "after")) {
                    ids.add(tool.send(Rig.mail(passed + "-" + policy.name().toLowerCase(java.util.Locale.ROOT)
                                            + "@example.org")
                                    .ambiguityPolicy(policy)
                                    .build())
                            .id());
                }
            }
            tool.close();
            die(ledger);
        }

        StubTransport transport = new StubTransport();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (MailerEngine survivor =
                builder("survivor", transport).meters(meters).build()) {
            List<MessageStatus> ends =
                    ids.stream().map(id -> survivor.await(id, PATIENCE)).toList();

            for (MessageStatus end : ends) {
                String recipient = end.deliveries().get(0).recipient();
                DeliveryState expected = recipient.startsWith("after-hold")
                        ? DeliveryState.AMBIGUOUS
                        : recipient.startsWith("after-drop") ? DeliveryState.FAILED : DeliveryState.SENT;
                assertThat(end.deliveries().get(0).state()).as(recipient).isEqualTo(expected);
                assertThat(transport.tries(recipient)).as(recipient).isEqualTo(expected == DeliveryState.SENT ? 1 : 0);
                if (expected != DeliveryState.SENT) {
                    assertThat(end.deliveries().get(0).failure().reason()).isEqualTo("crash");
                }
                List<EventType> events = survivor.trace(end.id()).events().stream()
                        .map(MailEvent::type)
                        .toList();
                List<EventType> wanted = new ArrayList<>(List.of(EventType.QUEUED));
                if (recipient.equals("after-resend@example.org")) {
                    wanted.add(EventType.AMBIGUOUS);
                }
                wanted.add(
                        expected == DeliveryState.SENT
                                ? EventType.SENT
                                : expected == DeliveryState.FAILED ? EventType.FAILED : EventType.AMBIGUOUS);
                assertThat(events).as(recipient).isEqualTo(wanted);
            }
            // counted behind the commit
            Rig.eventually("they are counted")
                    .untilAsserted(() -> assertThat(meters.find("mailer.attempts")
                                    .tag("transport", "unknown")
                                    .tag("outcome", "ambiguous")
                                    .counters())
                            .singleElement()
                            .satisfies(c -> assertThat(c.count()).isEqualTo(3)));
        }
    }

    @Test
    void one_key_is_one_mail_on_both() {
        StubTransport first = new StubTransport();
        StubTransport second = new StubTransport();
        try (MailerEngine one = node("one", first);
                MailerEngine two = node("two", second)) {
            Set<MessageId> ids = new HashSet<>();
            for (int i = 0; i < 50; i++) {
                Email mail = Rig.mail("jo@example.org").idempotencyKey("order").build();
                SendResult result = (i % 2 == 0 ? one : two).send(mail);
                assertThat(result.isDuplicate()).isEqualTo(i > 0);
                ids.add(result.id());
            }
            assertThat(ids).hasSize(1);
            assertThat(two.await(ids.iterator().next(), PATIENCE).isSent()).isTrue();
        }
        assertThat(first.tried().size() + second.tried().size()).isEqualTo(1);
    }

    @Test
    void a_mail_appended_on_one_node_is_sent_by_the_other_without_waiting_long() {
        StubTransport transport = new StubTransport();
        try (MailerEngine sender = node("sender", transport);
                MailerEngine tool = Mailers.builder()
                        .transport(new StubTransport())
                        .store(url)
                        .nodeName("tool")
                        .paused()
                        .build()) {
            MessageId id = tool.send(Rig.mail("jo@example.org").build()).id();

            assertThat(sender.await(id, PATIENCE).isSent()).isTrue();
        }
    }

    /** A node claims all there is, passes the dot with some of it, and is never heard of again. */
    private static void die(OutboxStore ledger) {
        Instant longAgo = ledger.now().minusSeconds(60);
        ledger.transact(tx -> {
            long node = tx.registerNode("dead", longAgo, Duration.ofSeconds(2));
            List<Claim> claims =
                    tx.claim(node, ledger.now(), List.of(new Pick(new QueueKey(LANE, "example.org"), 100)));
            assertThat(claims).hasSize(6);
            tx.journal(
                    node,
                    claims.stream()
                            .filter(c -> c.recipient().startsWith("after"))
                            .toList());
            return true;
        });
    }

    private static List<MessageId> send(MailerEngine mailer, int round, int count) {
        List<Email> mails = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            mails.add(
                    Rig.mail("r" + round + "-" + i + "@d" + i % 5 + ".example").build());
        }
        return mailer.sendAll(mails).stream().map(SendResult::id).toList();
    }

    private MailerEngine node(String name, StubTransport transport) {
        return builder(name, transport).build();
    }

    private MailerBuilder builder(String name, StubTransport transport) {
        return Mailers.builder().transport(transport).store(url).nodeName(name).limits(l -> l.lease(LEASE));
    }
}
