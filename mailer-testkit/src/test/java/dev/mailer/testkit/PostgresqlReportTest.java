// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static dev.mailer.testkit.StoreCases.LANE;
import static dev.mailer.testkit.StoreCases.NOON;
import static dev.mailer.testkit.StoreCases.TOMORROW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.DeliveryReports.Report;
import dev.mailer.api.spi.DeliveryReports.Result;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction.Purge;
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

/** What is reported of a mail, and what another connection does with it at the same instant. */
class PostgresqlReportTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final OutboxStore store = PostgresqlStores.next();
    private final LedgerDriver ledger = new LedgerDriver(store, store.cipher()::lookupHash);
    private long node;
    private Claim claim;

    @BeforeEach
    void make() {
        store.register(LANE);
        node = ledger.node();
        claim = ledger.claimNew(node, NOON);
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** Two nodes that settle and report in one commit each would deadlock otherwise: each about a mail that the other has sent. */
    @Test
    void a_hit_does_not_wait_for_the_node_that_stores_the_outcome_of_the_mail() throws Exception {
        try (Connection settling = PostgresqlStores.connect()) {
            settling.setAutoCommit(false);
            store.join(settling).settle(List.of(Settlements.sent(claim, node, NOON)));
            CompletableFuture<Result> reporting = CompletableFuture.supplyAsync(() -> report(EventType.OPENED));
            Awaitility.await().atMost(PATIENCE).until(() -> reporting.isDone() || blocked() == 1);

            assertThat(reporting).isCompletedWithValue(Result.APPLIED);
            settling.rollback();
        }
    }

    @Test
    void a_report_that_comes_while_a_mail_is_purged_waits_and_leaves_nothing() throws Exception {
        ledger.settle(Settlements.sent(claim, node, NOON));
        try (Connection purging = PostgresqlStores.connect()) {
            purging.setAutoCommit(false);
            assertThat(store.join(purging).purge(Purge.MESSAGE, TOMORROW, 10)).isEqualTo(1);
            CompletableFuture<Result> reporting = CompletableFuture.supplyAsync(() -> report(EventType.OPENED));
            Awaitility.await().atMost(PATIENCE).until(() -> reporting.isDone() || blocked() == 1);
            purging.commit();

            assertThat(reporting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Result.UNKNOWN_DELIVERY);
        }

        assertThat(number("select count(*) from mailer_event")).isZero();
    }

    @Test
    void a_purge_that_comes_while_a_report_is_stored_waits_and_takes_its_event() throws Exception {
        ledger.settle(Settlements.sent(claim, node, NOON));
        try (Connection reporting = PostgresqlStores.connect()) {
            reporting.setAutoCommit(false);
            assertThat(store.join(reporting).report(List.of(of(EventType.OPENED))))
                    .containsExactly(Result.APPLIED);
            CompletableFuture<Integer> purging =
                    CompletableFuture.supplyAsync(() -> ledger.purge(Purge.MESSAGE, TOMORROW, 10));
            Awaitility.await().atMost(PATIENCE).until(() -> purging.isDone() || blocked() == 1);
            reporting.commit();

            assertThat(purging.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1);
        }

        assertThat(number("select count(*) from mailer_event")).isZero();
    }

    private Result report(EventType type) {
        return ledger.all(tx -> tx.report(List.of(of(type)))).get(0);
    }

    private Report of(EventType type) {
        return new Report("pixel", "hit-1", type, claim.deliveryId(), NOON, null, Map.of());
    }

    /** How many wait for a lock of another. */
    private static long blocked() throws SQLException {
        return number("select count(*) from pg_stat_activity where datname = current_database()"
                + " and wait_event_type = 'Lock'");
    }

    private static long number(String sql) throws SQLException {
        try (Connection c = PostgresqlStores.connect();
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(sql)) {
            r.next();
            return r.getLong(1);
        }
    }
}
