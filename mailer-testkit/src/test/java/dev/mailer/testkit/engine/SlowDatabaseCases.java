// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static dev.mailer.testkit.engine.ServerNodes.CALLERS;
import static dev.mailer.testkit.engine.ServerNodes.LEASE;
import static dev.mailer.testkit.engine.ServerNodes.MAX_UNSETTLED;
import static dev.mailer.testkit.engine.ServerNodes.awaitSent;
import static dev.mailer.testkit.engine.ServerNodes.isSent;
import static dev.mailer.testkit.engine.ServerNodes.nodeBuilder;
import static dev.mailer.testkit.engine.ServerNodes.patiently;
import static dev.mailer.testkit.engine.ServerNodes.recipients;
import static dev.mailer.testkit.engine.ServerNodes.send;
import static dev.mailer.testkit.engine.ServerNodes.sendWithPatience;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Outcome;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A database server that is far away, hangs, or is gone without a word. */
@Timeout(120)
abstract class SlowDatabaseCases {
    /** How long a peer takes to answer. */
    private static final Duration PEER = Duration.ofMillis(20);

    private final ServerNodes ledger;
    private final SlowLine line;
    private final String twoSeconds;
    private final CountDownLatch never = new CountDownLatch(1);
    /** When each mail last passed the dot. */
    private final Map<String, Long> passed = new ConcurrentHashMap<>();

    /**
     * On one database.
     *
     * @param twoSeconds as the driver's {@code socketTimeout} has it
     */
    SlowDatabaseCases(String url, String twoSeconds) {
        this.ledger = new ServerNodes(url);
        this.line = SlowLine.to(url);
        this.twoSeconds = twoSeconds;
    }

    @AfterEach
    void close() {
        ledger.close();
        line.close();
    }

    @Test
    void slow_round_trips_cost_time_and_nothing_else() throws Exception {
        StubTransport transport = new StubTransport();
        try (Standstill machine = Standstill.watch();
                MailerEngine mailer = node("far", transport)
                        .limits(l -> l.lease(Duration.ofSeconds(5)))
                        .build()) {
            List<Long> registered = nodes();
            line.delay(Duration.ofMillis(60));
            ledger.sendAtOnce(mailer, 64);

            Set<String> problems = new HashSet<>();
            patiently(Duration.ofSeconds(80)).until(() -> {
                MailerEngine.Health health = mailer.health();
                if (health.problem() != null) {
                    problems.add(health.problem());
                }
                return sent() == 64;
            });
            if (!problems.isEmpty() || !nodes().equals(registered)) {
                // a process that stands still loses its lease, too, which says nothing about the database
                assumeThat(machine.longest()).isLessThan(Duration.ofSeconds(1));
            }
            assertThat(problems).isEmpty();
            assertThat(nodes()).isEqualTo(registered);
            line.delay(Duration.ZERO);
        }
        assertThat(transport.tried()).hasSize(64).allMatch(t -> t.attempts().equals(List.of(1)));
        assertThat(recipients(transport)).doesNotHaveDuplicates();
    }

    @Test
    void nothing_passes_the_dot_behind_the_lease_while_the_database_hangs() throws Exception {
        StubTransport transport = slowPeer();
        List<MessageId> ids;
        try (Standstill machine = Standstill.watch();
                MailerEngine mailer = node("hanging", transport).build()) {
            ids = new ArrayList<>(ledger.sendAtOnce(mailer, 300));
            patiently(Duration.ofSeconds(20)).until(() -> transport.tried().size() >= 20);

            line.standStill();
            // no heartbeat that was sent later gets through
            long still = System.nanoTime();
            List<Future<MessageId>> meanwhile = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                int number = 1_000 + i;
                meanwhile.add(ledger.callers.submit(() -> send(mailer, number)));
            }
            patiently(Duration.ofSeconds(20)).until(() -> !mailer.health().sending());
            long end = still + LEASE.toNanos();
            patiently(Duration.ofSeconds(20)).until(() -> !mailer.health().accepting());
            // a thread that has its leave may stand still before it says so
            long late = end + machine.longest().toNanos();
            assertThat(passed.values()).allMatch(at -> at - late < 0);
            line.goOn();

            for (Future<MessageId> future : meanwhile) {
                ids.add(future.get(40, TimeUnit.SECONDS));
            }
            awaitSent(mailer, ids);
            patiently(Duration.ofSeconds(20)).until(() -> mailer.health().problem() == null);
        }
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(new HashSet<>(recipients(transport))).hasSize(ids.size());
        assertThat(transport.tried().size() - ids.size()).isLessThanOrEqualTo(MAX_UNSETTLED);
    }

    /** Peers keep its slots busy all the time, so that most of what it had claimed would be started behind its lease. */
    @Test
    void what_a_hanging_node_had_claimed_is_sent_by_another_and_not_by_both() throws Exception {
        CountDownLatch peers = new CountDownLatch(1);
        StubTransport first = new StubTransport().concurrency(2).answering(t -> StubTransport.hang(peers));
        StubTransport second = new StubTransport();
        List<MessageId> ids;
        try (MailerEngine hanging = node("hanging", first).build()) {
            List<Long> before = nodes();
            ids = ledger.sendAtOnce(hanging, 40);
            patiently(Duration.ofSeconds(20))
                    .until(() -> claimed() > first.tried().size() + 2);
            line.standStill();
            try (MailerEngine other = ledger.patientNode("other", second)) {
                patiently(Duration.ofSeconds(40)).until(() -> ids.stream().allMatch(id -> isSent(other, id)));
                line.goOn();
                patiently(Duration.ofSeconds(20)).until(() -> hanging.health().problem() == null);
                patiently(Duration.ofSeconds(20))
                        .untilAsserted(() -> assertThat(nodes()).hasSize(2).doesNotContainAnyElementsOf(before));
                peers.countDown();
                awaitSent(other, List.of(send(hanging, 999)));
            }
        } finally {
            peers.countDown();
        }
        assertThat(first.tried()).hasSizeLessThanOrEqualTo(3);
        List<String> all = new ArrayList<>(recipients(first));
        all.addAll(recipients(second));
        assertThat(new HashSet<>(all)).hasSize(41);
        assertThat(all.size() - 41).isLessThanOrEqualTo(2);
    }

    @Test
    void callers_are_refused_at_once_beyond_the_bound() throws Exception {
        int bound = 5;
        StubTransport transport = new StubTransport();
        try (MailerEngine mailer = node("bounded", transport)
                .limits(l -> l.lease(LEASE).waitingSubmissions(bound))
                .build()) {
            line.standStill();
            AtomicBoolean refused = new AtomicBoolean();
            List<Future<MessageId>> waiting = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                int number = i;
                waiting.add(ledger.callers.submit(() -> sendWithPatience(mailer, number, refused)));
            }
            patiently(Duration.ofSeconds(20)).untilTrue(refused);
            line.goOn();
            List<MessageId> ids = new ArrayList<>();
            for (Future<MessageId> future : waiting) {
                ids.add(future.get(40, TimeUnit.SECONDS));
            }
            assertThat(ids).doesNotHaveDuplicates();
            awaitSent(mailer, ids);
        }
        assertThat(recipients(transport)).hasSize(CALLERS).doesNotHaveDuplicates();
    }

    @Test
    void a_mailer_closes_in_time_although_the_database_hangs() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        StubTransport transport = slowPeer();
        MailerEngine mailer = node("closing", transport)
                .closeTimeout(Duration.ofSeconds(2))
                .onEvent(e -> {})
                .build();
        ledger.sendAtOnce(mailer, 200);
        patiently(Duration.ofSeconds(20)).until(() -> transport.tried().size() >= 20);
        line.standStill();
        Future<MessageId> caller = ledger.callers.submit(() -> send(mailer, 999));
        patiently(Duration.ofSeconds(20)).until(() -> !mailer.health().sending());

        try (Standstill machine = Standstill.watch()) {
            long start = System.nanoTime();
            mailer.close();
            Duration took = Duration.ofNanos(System.nanoTime() - start);

            // its time for closing and about ten seconds
            assertThat(took).isLessThan(Duration.ofSeconds(12).plus(machine.altogether()));
        }
        patiently(Duration.ofSeconds(40)).untilAsserted(() -> {
            Set<Thread> left = new HashSet<>(Thread.getAllStackTraces().keySet());
            left.removeAll(before);
            assertThat(left).filteredOn(SlowDatabaseCases::isOurs).isEmpty();
        });
        assertThat(caller).failsWithin(Duration.ofSeconds(5));
    }

    @Test
    @Tag("slow")
    void a_database_that_is_gone_without_a_word_is_given_up_and_what_was_accepted_is_sent_once() throws Exception {
        StubTransport transport = slowPeer();
        List<MessageId> ids = new ArrayList<>();
        int times = 3;
        try (MailerEngine mailer = nodeBuilder("alone", transport)
                .store(line.through(ledger.url) + "&socketTimeout=" + twoSeconds)
                .build()) {
            for (int i = 0; i < times; i++) {
                int round = i;
                int before = transport.tried().size();
                ids.addAll(ledger.sendAtOnce(mailer, 60, round * 1_000));
                patiently(Duration.ofSeconds(20)).until(() -> transport.tried().size() >= before + 20);
                line.swallow();
                ids.add(send(mailer, round * 1_000 + 999));
            }
            awaitSent(mailer, ids);
            patiently(Duration.ofSeconds(20)).until(() -> mailer.health().problem() == null);
        }
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(new HashSet<>(recipients(transport))).hasSize(ids.size());
        assertThat(transport.tried().size() - ids.size()).isLessThanOrEqualTo(times * MAX_UNSETTLED);
    }

    private MailerBuilder node(String name, StubTransport transport) {
        return nodeBuilder(name, transport).store(line.through(ledger.url));
    }

    private StubTransport slowPeer() {
        return new StubTransport().answering(t -> {
            passed.put(t.recipient(), System.nanoTime());
            try {
                never.await(PEER.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Outcome.accepted("250 ok", null);
        });
    }

    private List<Long> nodes() throws SQLException {
        return ledger.numbers("select id from mailer_node order by id");
    }

    private long sent() throws SQLException {
        return ledger.numbers("select count(*) from mailer_delivery where state = 10")
                .get(0);
    }

    private long claimed() throws SQLException {
        return ledger.numbers("select count(*) from mailer_delivery where state = 2")
                .get(0);
    }

    /** Not the JVM's own, and not those of the test. */
    private static boolean isOurs(Thread thread) {
        return thread.getThreadGroup() != null
                && !thread.getThreadGroup().getName().equals("system")
                && !thread.getName().startsWith("pool-")
                && !thread.getName().equals("standstill")
                && !thread.getName().startsWith("slow-line")
                && !thread.getName().startsWith("awaitility");
    }
}
