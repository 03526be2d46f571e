// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.QueueKey;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Nodes on a ledger of their own on a database server, and callers of them. */
final class ServerNodes implements AutoCloseable {
    static final int CALLERS = 16;
    static final int MAX_UNSETTLED = 8;
    static final Duration LEASE = Duration.ofSeconds(2);

    final String url;
    final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);

    /** @param url of a new, empty database */
    ServerNodes(String url) {
        this.url = url;
    }

    @Override
    public void close() {
        callers.shutdownNow();
    }

    static QueueKey queue(int number) {
        return new QueueKey(new Lane(Email.DEFAULT_TENANT, Email.DEFAULT_STREAM), "d" + number + ".example");
    }

    void execute(String sql) throws SQLException {
        try (Connection c = DriverManager.getConnection(url);
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    /** One that is not found dead because the machine stood still for some seconds. */
    MailerEngine patientNode(String name, StubTransport transport) {
        return nodeBuilder(name, transport)
                .limits(l -> l.lease(Duration.ofSeconds(10)).maxUnsettled(MAX_UNSETTLED))
                .store(url)
                .build();
    }

    static MailerBuilder nodeBuilder(String name, StubTransport transport) {
        return Mailers.builder()
                .transport(transport)
                .nodeName(name)
                .limits(l -> l.lease(LEASE).maxUnsettled(MAX_UNSETTLED))
                .retry(r -> r.first(Duration.ofSeconds(1)));
    }

    List<MessageId> sendAtOnce(MailerEngine mailer, int count) throws Exception {
        return sendAtOnce(mailer, count, 0);
    }

    List<MessageId> sendAtOnce(MailerEngine mailer, int count, int first) throws Exception {
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

    static MessageId send(MailerEngine mailer, int number) {
        return sendWithPatience(mailer, number, new AtomicBoolean());
    }

    /** As callers do: a mail that was not accepted for sure is sent again under its key. */
    static MessageId sendWithPatience(MailerEngine mailer, int number, AtomicBoolean refused) {
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

    static Email mail(int number) {
        return Rig.mail("jo" + number + "@d" + number % 5 + ".example")
                .idempotencyKey("order-" + number)
                .build();
    }

    static void awaitSent(MailerEngine mailer, List<MessageId> ids) {
        patiently(Duration.ofSeconds(40)).until(() -> ids.stream().allMatch(id -> isSent(mailer, id)));
    }

    static boolean isSent(MailerEngine mailer, MessageId id) {
        return Objects.requireNonNull(mailer.find(id)).deliveries().stream()
                .allMatch(d -> d.state() == DeliveryState.SENT);
    }

    static List<String> recipients(StubTransport transport) {
        return transport.tried().stream().map(StubTransport.Tried::recipient).toList();
    }

    List<Long> numbers(String query) throws SQLException {
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

    static ConditionFactory patiently(Duration atMost) {
        return Awaitility.await()
                .atMost(atMost)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsMatching(e -> e instanceof MailerUnavailableException);
    }
}
