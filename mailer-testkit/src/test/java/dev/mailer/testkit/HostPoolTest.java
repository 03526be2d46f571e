// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.Stores;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mariadb.jdbc.MariaDbDataSource;
import org.postgresql.ds.PGSimpleDataSource;

class HostPoolTest {
    @Test
    void a_pool_of_the_host_is_used_and_neither_closed_nor_kept_busy() throws Exception {
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(PostgresqlStores.nextUrl());
            pool.setMaximumPoolSize(2);

            try (OutboxStore store = Stores.of(pool)) {
                assertThat(store.name()).isEqualTo("postgresql");
                assertThat(store.depths()).isEmpty();
                assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
            }

            assertThat(pool.isClosed()).isFalse();
            try (var connection = pool.getConnection();
                    var tables = connection.getMetaData().getTables(null, null, "mailer_message", null)) {
                assertThat(connection.isValid(5)).isTrue();
                assertThat(connection.getAutoCommit()).isTrue();
                assertThat(tables.next()).isTrue();
            }
        }
    }

    @Test
    void transactions_of_ours_see_what_others_commit_whatever_isolation_the_pool_has() throws Exception {
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(PostgresqlStores.nextUrl());
            pool.setTransactionIsolation("TRANSACTION_SERIALIZABLE");

            try (OutboxStore store = Stores.of(pool)) {
                assertThat(beatsInTurns(store, store)).isTrue();
            }

            try (var connection = pool.getConnection()) {
                assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
            }
        }
    }

    @Test
    void so_they_do_where_the_database_has_another_default() throws Exception {
        String url = PostgresqlStores.nextUrl();
        try (Connection connection = DriverManager.getConnection(url);
                Statement s = connection.createStatement()) {
            s.execute("alter database " + connection.getCatalog()
                    + " set default_transaction_isolation = 'repeatable read'");
        }

        try (OutboxStore one = Stores.open(url, InstantSource.system());
                OutboxStore other = Stores.open(url, InstantSource.system())) {
            assertThat(beatsInTurns(one, other)).isTrue();
        }
    }

    /** A transaction that changes what another one has changed since it began. */
    private static boolean beatsInTurns(OutboxStore one, OutboxStore other) {
        Instant now = one.now();
        long node = one.transact(tx -> tx.registerNode("test", now, LedgerDriver.LEASE));
        return one.transact(tx -> {
            tx.heldBy(node, 1);
            return other.<Boolean>transact(beside -> beside.heartbeat(node, now.plusSeconds(1), LedgerDriver.LEASE))
                    && tx.heartbeat(node, now.plusSeconds(2), LedgerDriver.LEASE);
        });
    }

    @Test
    void a_database_that_is_not_there_is_a_configuration_error() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"localhost"});
        source.setPortNumbers(new int[] {1});
        source.setUser("jo");
        source.setPassword("pw");

        assertThatThrownBy(() -> Stores.of(source))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageStartingWith("store: the database cannot be reached: ")
                .hasMessageNotContaining("pw");
    }

    @ParameterizedTest
    @ValueSource(strings = {"useAffectedRows=true", "useBulkStmts=true"})
    void a_driver_that_does_not_count_what_a_statement_finds_is_refused(String option) throws Exception {
        MariaDbDataSource source = new MariaDbDataSource(MariaDbStores.nextUrl() + "&" + option);

        assertThatThrownBy(() -> Stores.of(source))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageStartingWith("store: the database cannot hold the ledger: ")
                .hasMessageContaining("the driver does not count the rows that a statement finds")
                .hasMessageEndingWith("take useAffectedRows and useBulkStmts out of the address or set them to false");
    }
}
