// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import dev.mailer.testkit.PostgresqlStores;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A PostgreSQL server that is far away, hangs, or is gone without a word. */
@Timeout(120)
class SlowDatabaseTest {
    private static final int CALLERS = 16;
    private static final int MAX_UNSETTLED = 8;
    private static final Duration LEASE = Duration.ofSeconds(2);
    /** How long a peer takes to answer. */
    private static final Duration PEER = Duration.ofMillis(20);

    private final String url = PostgresqlStores.nextUrl();
    private final SlowLine line = SlowLine.to(url);
    private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    private final CountDownLatch never = new CountDownLatch(1);
    /** When each mail last passed the dot. */
    private final Map<String, Long> passed = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        callers.shutdownNow();
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
            sendAtOnce(mailer, 64);

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
        try (MailerEngine mailer = node("hanging", transport).build()) {
            ids = new ArrayList<>(sendAtOnce(mailer, 300));
            patiently(Duration.ofSeconds(20)).until(() -> transport.tried().size() >= 20);

            line.standStill();
            // no heartbeat that was sent later gets through
            long still = System.nanoTime();
            List<Future<MessageId>> meanwhile = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                int number = 1_000 + i;
                meanwhile.add(callers.submit(() -> send(mailer, number)));
            }
            patiently(Duration.ofSeconds(20)).until(() -> !mailer.health().sending());
            long end = still + LEASE.toNanos();
            patiently(Duration.ofSeconds(20)).until(() -> !mailer.health().accepting());
            assertThat(passed.values()).allMatch(at -> at - end < 0);
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
            ids = sendAtOnce(hanging, 40);
            patiently(Duration.ofSeconds(20))
                    .until(() -> claimed() > first.tried().size() + 2);
            line.standStill();
            try (MailerEngine other = patientNode("other", second)) {
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
    @Tag("slow")
    void a_key_that_a_transaction_of_the_host_holds_stops_nobody_else() throws Exception {
        StubTransport transport = new StubTransport();
        try (MailerEngine mailer = builder("patient", transport)
                        .limits(l -> l.lease(Duration.ofSeconds(10)))
                        .store(url)
                        .build();
                Connection host = DriverManager.getConnection(url)) {
            host.setAutoCommit(false);
            MessageId held = mailer.in(host).send(mail(1)).id();

            Future<MessageId> same = callers.submit(() -> send(mailer, 1));
            awaitSent(mailer, sendAtOnce(mailer, 12, 100));
            assertThat(mailer.health().sending()).isTrue();

            host.commit();
            assertThat(same.get(20, TimeUnit.SECONDS)).isEqualTo(held);
            awaitSent(mailer, List.of(held));
        }
        assertThat(recipients(transport)).hasSize(13).doesNotHaveDuplicates();
    }

    @Test
    @Tag("slow")
    void others_wait_no_longer_for_a_key_that_many_repeat() throws Exception {
        StubTransport transport = new StubTransport();
        try (MailerEngine mailer = builder("patient", transport)
                        .limits(l -> l.lease(Duration.ofSeconds(10)))
                        .store(url)
                        .build();
                Connection host = DriverManager.getConnection(url)) {
            host.setAutoCommit(false);
            MessageId held = mailer.in(host).send(mail(1)).id();
            List<Future<MessageId>> same = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                same.add(callers.submit(() -> send(mailer, 1)));
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
                waiting.add(callers.submit(() -> sendWithPatience(mailer, number, refused)));
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
        sendAtOnce(mailer, 200);
        patiently(Duration.ofSeconds(20)).until(() -> transport.tried().size() >= 20);
        line.standStill();
        Future<MessageId> caller = callers.submit(() -> send(mailer, 999));
        patiently(Duration.ofSeconds(20)).until(() -> !mailer.health().sending());

        long start = System.nanoTime();
        mailer.close();
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        // its time for closing and about ten seconds
        assertThat(took).isLessThan(Duration.ofSeconds(12));
        patiently(Duration.ofSeconds(40)).untilAsserted(() -> {
            Set<Thread> left = new HashSet<>(Thread.getAllStackTraces().keySet());
            left.removeAll(before);
            assertThat(left).filteredOn(SlowDatabaseTest::isOurs).isEmpty();
        });
        assertThat(caller).failsWithin(Duration.ofSeconds(5));
    }

    @Test
    @Tag("slow")
    void a_database_that_is_gone_without_a_word_is_given_up_and_what_was_accepted_is_sent_once() throws Exception {
        StubTransport transport = slowPeer();
        List<MessageId> ids = new ArrayList<>();
        int times = 3;
        try (MailerEngine mailer = builder("alone", transport)
                .store(line.through(url) + "&socketTimeout=2")
                .build()) {
            for (int i = 0; i < times; i++) {
                int round = i;
                int before = transport.tried().size();
                ids.addAll(sendAtOnce(mailer, 60, round * 1_000));
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

    @Test
    @Tag("slow")
    void rows_that_a_vanished_node_had_locked_are_free_again() {
        QueueKey queue = queue(1);
        try (OutboxStore vanished = Stores.open(line.through(url) + "&socketTimeout=2", InstantSource.system());
                MailerEngine other =
                        builder("other", new StubTransport()).store(url).build()) {
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
    @Tag("slow")
    void an_outcome_whose_commit_takes_longer_than_an_answer_may_is_told_once() throws Exception {
        StubTransport transport = new StubTransport();
        try (MailerEngine mailer =
                builder("slow", transport).store(url + "&socketTimeout=2").build()) {
            execute("create function slow() returns trigger language plpgsql as"
                    + " $$ begin perform pg_sleep(3.5); return null; end $$");
            execute("create constraint trigger slow after update on mailer_delivery deferrable initially deferred"
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
    @Tag("slow")
    void a_suspect_is_not_tried_by_a_node_that_has_lost_its_lease() throws Exception {
        StubTransport transport = new StubTransport();
        try (MailerEngine mailer = builder("late", transport).store(url).build();
                Connection other = DriverManager.getConnection(url)) {
            mailer.park(queue(1), Instant.MAX, "until it is a suspect");
            MessageId id = send(mailer, 1);
            other.setAutoCommit(false);
            try (Statement s = other.createStatement()) {
                s.execute("lock table mailer_node in share mode");
            }
            patiently(Duration.ofSeconds(10)).until(() -> !mailer.health().sending());
            execute("update mailer_delivery set state = 4, due_at = 0, crashes = 3");

            assertThat(never.await(8, TimeUnit.SECONDS)).isFalse();
            assertThat(numbers("select attempt from mailer_delivery")).containsExactly(0L);

            other.rollback();
            awaitSent(mailer, List.of(id));
        }
        assertThat(transport.tried()).hasSize(1);
    }

    @Test
    @Tag("slow")
    void a_node_starts_although_a_vanished_one_has_rows_locked_that_it_is_to_take_over() throws Exception {
        MessageId id;
        try (MailerEngine first =
                builder("first", new StubTransport()).store(url).build()) {
            first.park(queue(1), Instant.MAX, "for the vanished one");
            id = send(first, 1);
        }
        execute("insert into mailer_node (id, name, started_at, lease_until) values (1, 'vanished', 0, 0)");
        execute("update mailer_delivery set state = 2, node_id = 1, attempt = 1");
        try (Connection vanished = DriverManager.getConnection(url);
                Statement s = vanished.createStatement()) {
            vanished.setAutoCommit(false);
            s.execute("select id from mailer_delivery for update");
            try (MailerEngine mailer =
                    builder("next", new StubTransport()).store(url).build()) {
                mailer.resume(queue(1));
                vanished.rollback();
                awaitSent(mailer, List.of(id));
            }
        }
    }

    private static QueueKey queue(int number) {
        return new QueueKey(new Lane(Email.DEFAULT_TENANT, Email.DEFAULT_STREAM), "d" + number + ".example");
    }

    private void execute(String sql) throws SQLException {
        try (Connection c = DriverManager.getConnection(url);
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    /** One that is not found dead because the machine stood still for some seconds. */
    private MailerEngine patientNode(String name, StubTransport transport) {
        return builder(name, transport)
                .limits(l -> l.lease(Duration.ofSeconds(10)).maxUnsettled(MAX_UNSETTLED))
                .store(url)
                .build();
    }

    private MailerBuilder node(String name, StubTransport transport) {
        return builder(name, transport).store(line.through(url));
    }

    private static MailerBuilder builder(String name, StubTransport transport) {
        return Mailers.builder()
                .transport(transport)
                .nodeName(name)
                .limits(l -> l.lease(LEASE).maxUnsettled(MAX_UNSETTLED))
                .retry(r -> r.first(Duration.ofSeconds(1)));
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

    private List<MessageId> sendAtOnce(MailerEngine mailer, int count) throws Exception {
        return sendAtOnce(mailer, count, 0);
    }

    private List<MessageId> sendAtOnce(MailerEngine mailer, int count, int first) throws Exception {
        List<Future<MessageId>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = first + i;
            futures.add(callers.submit(() -> send(mailer, number)));
        }
        List<MessageId> ids = new ArrayList<>();
        for (Future<MessageId> future : futures) {
            ids.add(future.get(40, TimeUnit.SECONDS));
        }
        return ids;
    }

    private static MessageId send(MailerEngine mailer, int number) {
        return sendWithPatience(mailer, number, new AtomicBoolean());
    }

    /** As callers do: a mail that was not accepted for sure is sent again under its key. */
    private static MessageId sendWithPatience(MailerEngine mailer, int number, AtomicBoolean refused) {
        AtomicReference<MessageId> id = new AtomicReference<>();
        patiently(Duration.ofSeconds(35)).until(() -> {
            try {
                id.set(mailer.send(mail(number)).id());
                return true;
            } catch (MailerUnavailableException e) {
                refused.set(true);
                return false;
            }
        });
        return Objects.requireNonNull(id.get());
    }

    private static Email mail(int number) {
        return Rig.mail("jo" + number + "@d" + number % 5 + ".example")
                .idempotencyKey("order-" + number)
                .build();
    }

    private static void awaitSent(MailerEngine mailer, List<MessageId> ids) {
        patiently(Duration.ofSeconds(40)).until(() -> ids.stream().allMatch(id -> isSent(mailer, id)));
    }

    private static boolean isSent(MailerEngine mailer, MessageId id) {
        return Objects.requireNonNull(mailer.find(id)).deliveries().stream()
                .allMatch(d -> d.state() == DeliveryState.SENT);
    }

    private static List<String> recipients(StubTransport transport) {
        return transport.tried().stream().map(StubTransport.Tried::recipient).toList();
    }

    private List<Long> nodes() throws SQLException {
        return numbers("select id from mailer_node order by id");
    }

    private long sent() throws SQLException {
        return numbers("select count(*) from mailer_delivery where state = 10").get(0);
    }

    private long claimed() throws SQLException {
        return numbers("select count(*) from mailer_delivery where state = 2").get(0);
    }

    private List<Long> numbers(String query) throws SQLException {
        try (Connection c = DriverManager.getConnection(url);
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(query)) {
            List<Long> ids = new ArrayList<>();
            while (r.next()) {
                ids.add(r.getLong(1));
            }
            return ids;
        }
    }

    /** Not the JVM's own, and not those of the test. */
    private static boolean isOurs(Thread thread) {
        return thread.getThreadGroup() != null
                && !thread.getThreadGroup().getName().equals("system")
                && !thread.getName().startsWith("pool-")
                && !thread.getName().startsWith("slow-line")
                && !thread.getName().startsWith("awaitility");
    }

    private static ConditionFactory patiently(Duration atMost) {
        return Awaitility.await()
                .atMost(atMost)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsMatching(e -> e instanceof MailerUnavailableException);
    }
}
