// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static dev.mailer.testkit.engine.ServerNodes.CALLERS;
import static dev.mailer.testkit.engine.ServerNodes.LEASE;
import static dev.mailer.testkit.engine.ServerNodes.awaitSent;
import static dev.mailer.testkit.engine.ServerNodes.isSent;
import static dev.mailer.testkit.engine.ServerNodes.mail;
import static dev.mailer.testkit.engine.ServerNodes.nodeBuilder;
import static dev.mailer.testkit.engine.ServerNodes.patiently;
import static dev.mailer.testkit.engine.ServerNodes.queue;
import static dev.mailer.testkit.engine.ServerNodes.recipients;
import static dev.mailer.testkit.engine.ServerNodes.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Stores;
import dev.mailer.testkit.PostgresqlStores;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rows of a PostgreSQL ledger that a transaction keeps locked which takes long, or was left alone. */
@Tag("slow")
@Timeout(120)
class LockedRowsTest {
    private final ServerNodes ledger = new ServerNodes(PostgresqlStores.nextUrl());
    private final SlowLine line = SlowLine.to(ledger.url);
    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void close() {
        ledger.close();
        line.close();
    }

    @Test
    void a_key_that_a_transaction_of_the_host_holds_stops_nobody_else() throws Exception {
        StubTransport transport = new StubTransport();
        try (MailerEngine mailer = ledger.patientNode("patient", transport);
                Connection host = DriverManager.getConnection(ledger.url)) {
            host.setAutoCommit(false);
            MessageId held = mailer.in(host).send(mail(1)).id();

            Future<MessageId> same = ledger.callers.submit(() -> send(mailer, 1));
            awaitSent(mailer, ledger.sendAtOnce(mailer, 12, 100));
            assertThat(mailer.health().sending()).isTrue();

            host.commit();
            assertThat(same.get(20, TimeUnit.SECONDS)).isEqualTo(held);
            awaitSent(mailer, List.of(held));
        }
        assertThat(recipients(transport)).hasSize(13).doesNotHaveDuplicates();
    }

    @Test
    void others_wait_no_longer_for_a_key_that_many_repeat() throws Exception {
        StubTransport transport = new StubTransport();
        try (MailerEngine mailer = ledger.patientNode("patient", transport);
                Connection host = DriverManager.getConnection(ledger.url)) {
            host.setAutoCommit(false);
            MessageId held = mailer.in(host).send(mail(1)).id();
            List<Future<MessageId>> same = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                same.add(ledger.callers.submit(() -> send(mailer, 1)));
            }
            assertThat(never.await(1, TimeUnit.SECONDS)).isFalse();

            Duration longest = Duration.ZERO;
            for (int i = 0; i < 3; i++) {
                long start = System.nanoTime();
                send(mailer, 100 + i);
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                longest = took.compareTo(longest) > 0 ? took : longest;
            }
            assertThat(longest).isLessThan(Duration.ofSeconds(12));

            host.commit();
            for (Future<MessageId> future : same) {
                assertThat(future.get(40, TimeUnit.SECONDS)).isEqualTo(held);
            }
            awaitSent(mailer, List.of(held));
        }
        assertThat(recipients(transport)).hasSize(4).doesNotHaveDuplicates();
    }

    @Test
    void rows_that_a_vanished_node_had_locked_are_free_again() {
        QueueKey queue = queue(1);
        try (OutboxStore vanished = Stores.open(line.through(ledger.url) + "&socketTimeout=2", InstantSource.system());
                MailerEngine other = nodeBuilder("other", new StubTransport())
                        .store(ledger.url)
                        .build()) {
            other.park(queue, Instant.MAX, "for the vanished one");
            MessageId id = send(other, 1);
            assertThatExceptionOfType(MailerUnavailableException.class)
                    .isThrownBy(() -> vanished.transact(tx -> {
                        long node = tx.registerNode("vanished", vanished.now(), LEASE);
                        List<Claim> claims = tx.claim(node, vanished.now(), List.of(new Pick(queue, 10)));
                        assertThat(claims).hasSize(1);
                        line.swallow();
                        return tx.journal(node, claims);
                    }));
            other.resume(queue);

            assertThat(isSent(other, id)).isFalse();
            awaitSent(other, List.of(id));
        }
    }

    /** The server goes on with a commit that is given up here. */
    @Test
    void an_outcome_whose_commit_takes_longer_than_an_answer_may_is_told_once() throws Exception {
        StubTransport transport = new StubTransport();
        try (MailerEngine mailer = nodeBuilder("slow", transport)
                .store(ledger.url + "&socketTimeout=2")
                .build()) {
            ledger.execute("create function slow() returns trigger language plpgsql as"
                    + " $$ begin perform pg_sleep(3.5); return null; end $$");
            ledger.execute(
                    "create constraint trigger slow after update on mailer_delivery deferrable initially deferred"
                            + " for each row when (new.state = 10) execute function slow()");
            MessageId id = send(mailer, 1);

            patiently(Duration.ofSeconds(20)).until(() -> isSent(mailer, id));
            // whatever is repeated has been written by then
            awaitSent(mailer, List.of(send(mailer, 2)));
            assertThat(Objects.requireNonNull(mailer.trace(id)).events())
                    .extracting(MailEvent::type)
                    .containsExactly(EventType.QUEUED, EventType.SENT);
        }
        assertThat(recipients(transport)).hasSize(2).doesNotHaveDuplicates();
    }

    /** Its claim would be taken over, and one more crash ends a suspect. */
    @Test
    void a_suspect_is_not_tried_by_a_node_that_has_lost_its_lease() throws Exception {
        StubTransport transport = new StubTransport();
        try (MailerEngine mailer =
                        nodeBuilder("late", transport).store(ledger.url).build();
                Connection other = DriverManager.getConnection(ledger.url)) {
            mailer.park(queue(1), Instant.MAX, "until it is a suspect");
            MessageId id = send(mailer, 1);
            other.setAutoCommit(false);
            try (Statement s = other.createStatement()) {
                s.execute("lock table mailer_node in share mode");
            }
            patiently(Duration.ofSeconds(20)).until(() -> !mailer.health().sending());
            ledger.execute("update mailer_delivery set state = 4, due_at = 0, crashes = 3");

            assertThat(never.await(8, TimeUnit.SECONDS)).isFalse();
            assertThat(ledger.numbers("select attempt from mailer_delivery")).containsExactly(0L);

            other.rollback();
            awaitSent(mailer, List.of(id));
        }
        assertThat(transport.tried()).hasSize(1);
    }

    @Test
    void a_node_starts_although_a_vanished_one_has_rows_locked_that_it_is_to_take_over() throws Exception {
        MessageId id;
        try (MailerEngine first =
                nodeBuilder("first", new StubTransport()).store(ledger.url).build()) {
            first.park(queue(1), Instant.MAX, "for the vanished one");
            id = send(first, 1);
        }
        ledger.execute("insert into mailer_node (id, name, started_at, lease_until) values (1, 'vanished', 0, 0)");
        ledger.execute("update mailer_delivery set state = 2, node_id = 1, attempt = 1");
        try (Connection vanished = DriverManager.getConnection(ledger.url);
                Statement s = vanished.createStatement()) {
            vanished.setAutoCommit(false);
            s.execute("select id from mailer_delivery for update");
            try (MailerEngine mailer =
                    nodeBuilder("next", new StubTransport()).store(ledger.url).build()) {
                mailer.resume(queue(1));
                vanished.rollback();
                awaitSent(mailer, List.of(id));
            }
        }
    }
}
