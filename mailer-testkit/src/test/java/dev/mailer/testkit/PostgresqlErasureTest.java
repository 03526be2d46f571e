// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static dev.mailer.testkit.ErasureCases.JO;
import static dev.mailer.testkit.StoreCases.LANE;
import static dev.mailer.testkit.StoreCases.LATER;
import static dev.mailer.testkit.StoreCases.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Attempt;
import dev.mailer.api.spi.WebhookStore.Claimed;
import dev.mailer.api.spi.WebhookStore.Due;
import dev.mailer.api.spi.WebhookStore.Endpoint;
import dev.mailer.api.spi.WebhookStore.Settled;
import dev.mailer.api.spi.WebhookStore.State;
import dev.mailer.api.spi.WebhookStore.Status;
import dev.mailer.api.spi.WebhookStore.Want;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of a mail, and its erasure, at the same instant on two connections. */
class PostgresqlErasureTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final OutboxStore store = PostgresqlStores.next();
    private final LedgerDriver ledger = new LedgerDriver(store, store.cipher()::lookupHash);
    private final WebhookStore webhooks = store.webhooks();
    private final Endpoint shop =
            new Endpoint("shop", LANE.tenant(), Secret.of("{}"), NOON, 0, State.fresh(true, NOON));
    private MessageId mail;
    private long delivery;
    private long event;
    private Claimed claim;

    @BeforeEach
    void make() {
        store.register(LANE);
        mail = ledger.accept(SampleMessage.to(JO));
        MailEvent queued = store.events(mail).get(0);
        delivery = queued.deliveryId();
        event = queued.id();
        webhooks.add(shop, 1);
        webhooks.enqueue(List.of(new Due(shop, event, queued.type(), Status.WAITING)), NOON);
        claim = webhooks.claim(List.of(new Want("shop", 1)), NOON, LATER).get(0);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void an_answer_that_comes_while_a_mail_is_erased_waits_and_is_not_kept() throws Exception {
        try (Connection erasing = PostgresqlStores.connect()) {
            erasing.setAutoCommit(false);
            store.join(erasing).erase(LANE.tenant(), JO, 0, LATER, 10);
            CompletableFuture<Void> settling = CompletableFuture.runAsync(this::settle);
            awaitBlocked(settling);
            erasing.commit();
            settling.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        assertThat(answers()).containsExactly("");
    }

    @Test
    void an_erasure_that_comes_while_an_answer_is_stored_waits_and_takes_it() throws Exception {
        try (Connection erasing = PostgresqlStores.connect();
                Connection barrier = PostgresqlStores.connect()) {
            barrier.setAutoCommit(false);
            try (Statement s = barrier.createStatement()) {
                // the answer is looked at, and cannot be written yet
                s.execute("lock table mailer_webhook_attempt in share mode");
            }
            CompletableFuture<Void> settling = CompletableFuture.runAsync(this::settle);
            awaitBlocked(settling);
            erasing.setAutoCommit(false);
            CompletableFuture<Void> erased = CompletableFuture.runAsync(() -> erase(erasing));
            Awaitility.await().atMost(PATIENCE).until(() -> erased.isDone() || blocked() == 2);
            barrier.commit();
            settling.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            erased.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        assertThat(answers()).containsExactly("");
    }

    @Test
    void a_report_that_comes_while_a_mail_is_erased_waits_and_its_texts_are_not_kept() throws Exception {
        try (Connection erasing = PostgresqlStores.connect()) {
            erasing.setAutoCommit(false);
            store.join(erasing).erase(LANE.tenant(), JO, 0, LATER, 10);
            CompletableFuture<Void> reporting = CompletableFuture.runAsync(this::report);
            awaitBlocked(reporting);
            erasing.commit();
            reporting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        assertThat(opened().detail()).isEmpty();
    }

    @Test
    void an_erasure_that_comes_while_a_report_is_stored_waits_and_takes_its_texts() throws Exception {
        try (Connection erasing = PostgresqlStores.connect();
                Connection barrier = PostgresqlStores.connect()) {
            barrier.setAutoCommit(false);
            try (Statement s = barrier.createStatement()) {
                // the report has found its delivery, and waits to hear whether this event of the same source is
                // committed
                s.execute("insert into mailer_event (id, tenant_id, type, at, attempt, source)"
                        + " select -1, tenant_id, 1, 0, 0, '5:pixel:hit-1' from mailer_delivery where id = "
                        + delivery);
            }
            CompletableFuture<Void> reporting = CompletableFuture.runAsync(this::report);
            awaitBlocked(reporting);
            erasing.setAutoCommit(false);
            CompletableFuture<Void> erased = CompletableFuture.runAsync(() -> erase(erasing));
            Awaitility.await().atMost(PATIENCE).until(() -> erased.isDone() || blocked() == 2);
            barrier.rollback();
            reporting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            erased.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        assertThat(opened().detail()).isEmpty();
    }

    private void report() {
        Report report = new Report(
                "pixel",
                "hit-1",
                EventType.OPENED,
                delivery,
                NOON,
                null,
                Map.of("user_agent", "the mail program of " + JO));
        ledger.all(tx -> tx.report(List.of(report)));
    }

    private MailEvent opened() {
        return store.events(mail).stream()
                .filter(e -> e.type() == EventType.OPENED)
                .findFirst()
                .orElseThrow();
    }

    private void settle() {
        Attempt attempt = new Attempt(1, NOON, 550, Duration.ofMillis(5), "status", "no user " + JO);
        webhooks.settle(List.of(new Settled(claim, attempt, Status.DEAD, null)), List.of());
    }

    private void erase(Connection on) {
        store.join(on).erase(LANE.tenant(), JO, 0, LATER, 10);
        try {
            on.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> answers() {
        return webhooks.attempts("shop", event).stream().map(Attempt::excerpt).toList();
    }

    private static void awaitBlocked(CompletableFuture<Void> work) {
        Awaitility.await().atMost(PATIENCE).until(() -> work.isDone() || blocked() == 1);
    }

    /** How many wait for a lock of another. */
    private static int blocked() throws SQLException {
        try (Connection c = PostgresqlStores.connect();
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery("select count(*) from pg_stat_activity where datname = current_database()"
                        + " and wait_event_type = 'Lock'")) {
            r.next();
            return r.getInt(1);
        }
    }
}
