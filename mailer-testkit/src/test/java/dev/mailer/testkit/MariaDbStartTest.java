// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.mailer.api.Email;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a start finds on a MariaDB server, and what it leaves there. */
class MariaDbStartTest {
    private final String url = MariaDbStores.nextUrl();

    private static void run(Connection connection, String... statements) throws SQLException {
        try (Statement s = connection.createStatement()) {
            for (String statement : statements) {
                s.execute(statement);
            }
        }
    }

    private static String read(Connection connection, String query) throws SQLException {
        try (Statement s = connection.createStatement();
                ResultSet r = s.executeQuery(query)) {
            r.next();
            return r.getString(1);
        }
    }

    private static Email mail(String text) {
        return Email.builder()
                .from("shop@example.com")
                .to("jo@example.org")
                .subject("Your order")
                .text(text)
                .build();
    }

    private void open() {
        Stores.open(url, InstantSource.system()).close();
    }

    private HikariDataSource pool(int size) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        pool.setMaximumPoolSize(size);
        return pool;
    }

    @Test
    void a_start_does_not_wait_for_those_who_work() throws SQLException {
        open();
        try (Connection sequencer = DriverManager.getConnection(url)) {
            sequencer.setAutoCommit(false);
            run(sequencer, "select * from mailer_consumer where name = '#last' for update");

            open();
        }
    }

    @Test
    void a_start_leaves_no_lock_and_no_setting_on_a_pool_without_auto_commit() throws SQLException {
        try (HikariDataSource pool = pool(1);
                Connection other = DriverManager.getConnection(url)) {
            pool.setAutoCommit(false);
            try (OutboxStore store = Stores.of(pool)) {
                assertThat(store.depths()).isEmpty();

                run(
                        other,
                        "set innodb_lock_wait_timeout = 1",
                        "update mailer_consumer set position = 1 where name = '#check'");
                // the server ends what others had begun a little after they have gone
                Awaitility.await()
                        .atMost(Duration.ofSeconds(20))
                        .untilAsserted(
                                () -> assertThat(read(other, "select count(*) from information_schema.innodb_trx"))
                                        .isEqualTo("0"));
            }
        }
    }

    @Test
    void the_host_s_next_transaction_has_its_own_isolation_also_when_ours_began_none() throws SQLException {
        try (HikariDataSource pool = pool(1);
                OutboxStore store = Stores.of(pool)) {
            List<Claim> claims = store.transact(tx -> tx.claim(1, Instant.EPOCH, List.of()));
            assertThat(claims).isEmpty();

            try (Connection host = pool.getConnection()) {
                host.setAutoCommit(false);
                run(host, "update mailer_consumer set position = position + 1 where name = '#check'");
                assertThat(
                                read(
                                        host,
                                        "select trx_isolation_level from information_schema.innodb_trx where trx_mysql_thread_id = connection_id()"))
                        .isEqualTo("REPEATABLE READ");
                host.rollback();
            }
        }
    }

    @Test
    void a_start_that_was_killed_while_it_made_the_schema_can_be_repeated() throws SQLException {
        open();
        try (Connection owner = DriverManager.getConnection(url)) {
            run(
                    owner,
                    "drop table mailer_schema_history, mailer_consumer",
                    "drop index mailer_queue_changed on mailer_queue");

            open();

            assertThat(read(owner, "select group_concat(name order by name) from mailer_consumer"))
                    .isEqualTo("#check,#last");
        }
    }

    @Test
    void a_migration_that_failed_names_the_remedy() throws SQLException {
        open();
        try (Connection owner = DriverManager.getConnection(url)) {
            run(owner, "update mailer_schema_history set success = 0 where version = '1'");

            assertThatThrownBy(this::open)
                    .isInstanceOf(MailerConfigException.class)
                    .hasMessageStartingWith("store: the schema could not be brought up to date: ")
                    .hasMessageEndingWith("run 'delete from mailer_schema_history where success = 0' and start again");

            run(owner, "delete from mailer_schema_history where success = 0");
            open();
        }
    }

    @Test
    void a_mail_too_large_for_a_statement_is_refused_and_the_others_are_not() throws SQLException {
        try (Connection owner = DriverManager.getConnection(url);
                HikariDataSource pool = pool(4)) {
            String before = read(owner, "select @@global.max_allowed_packet");
            try {
                run(owner, "set global max_allowed_packet = 1048576");
                try (MailerEngine mailer = Mailers.builder()
                        .store(Stores.of(pool))
                        .transport("null:")
                        .build()) {
                    assertThatThrownBy(() -> mailer.sendAll(List.of(mail("small"), mail("'".repeat(600_000)))))
                            .isInstanceOf(InvalidEmailException.class)
                            .hasMessageMatching(
                                    "content: takes a statement of 1[0-9]{6} bytes, and max_allowed_packet of MariaDB is 1048576; .*");
                    assertThat(mailer.send(mail("x".repeat(600_000))).isDuplicate())
                            .isFalse();
                }
            } finally {
                run(owner, "set global max_allowed_packet = " + before);
            }
        }
    }

    @Test
    void a_wait_for_the_table_s_definition_is_short_on_a_pool_of_our_own() throws SQLException {
        try (OutboxStore store = Stores.open(url, InstantSource.system());
                Connection owner = DriverManager.getConnection(url)) {
            run(owner, "lock tables mailer_node write");

            assertThatThrownBy(() -> store.transact(tx -> tx.registerNode("n", Instant.EPOCH, Duration.ofSeconds(9))))
                    .hasMessageContaining("Lock wait timeout");
        }
    }
}
