// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.mailer.api.Attachment;
import dev.mailer.api.Email;
import dev.mailer.api.IdempotencyConflictException;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.MessageId;
import dev.mailer.api.Outbox;
import dev.mailer.api.SendResult;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import dev.mailer.testkit.H2Stores;
import dev.mailer.testkit.MariaDbStores;
import dev.mailer.testkit.PostgresqlStores;
import dev.mailer.testkit.Sabotage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mail in a host's own transaction, on each database that has them, with a pool of two connections of the host's. */
class JoinedTransactionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ExecutorService others = Executors.newCachedThreadPool();
    private final List<AutoCloseable> open = new ArrayList<>();
    private HikariDataSource pool;
    private MailerEngine mailer;

    @AfterEach
    void close() throws Exception {
        others.shutdownNow();
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private void start(String database) throws SQLException {
        startAt(urlOf(database));
    }

    private static String urlOf(String database) {
        return switch (database) {
            case "postgresql" -> PostgresqlStores.nextUrl();
            case "mariadb" -> MariaDbStores.nextUrl();
            default -> H2Stores.nextUrl();
        };
    }

    private void startAt(String url) throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(4);
        pool = new HikariDataSource(config);
        open.add(pool);
        execute("create table orders (number integer primary key)");
        mailer = Mailers.builder()
                .store(Stores.of(pool))
                .transport(new StubTransport())
                .build();
        open.add(mailer);
    }

    private static Email.Builder mail(String key) {
        return Rig.mail("jo@example.org").idempotencyKey(key);
    }

    /** Begun by a read, so that a snapshot is older than what follows. */
    private Connection begun() throws SQLException {
        Connection host = pool.getConnection();
        open.add(host);
        host.setAutoCommit(false);
        try (Statement s = host.createStatement()) {
            s.executeQuery("select count(*) from mailer_message").close();
        }
        return host;
    }

    private static void order(Connection host, int number) throws SQLException {
        try (Statement s = host.createStatement()) {
            s.execute("insert into orders values (" + number + ")");
        }
    }

    private int orders() throws SQLException {
        return count("orders");
    }

    private int count(String table) throws SQLException {
        try (Connection c = pool.getConnection();
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery("select count(*) from " + table)) {
            r.next();
            return r.getInt(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2"})
    void a_commit_accepts_order_and_mail_and_a_rollback_neither(String database) throws Exception {
        start(database);
        Connection host = begun();

        order(host, 1);
        MessageId taken = mailer.in(host)
                .send(Rig.mail("jo@example.org")
                        .attach(Attachment.of("a.txt", "text/plain", "hello".getBytes(StandardCharsets.UTF_8)))
                        .build())
                .id();
        assertThat(mailer.find(taken)).isNull();
        host.commit();
        order(host, 2);
        MessageId dropped = mailer.in(host).send(mail("k").build()).id();
        host.rollback();

        assertThat(mailer.await(taken, PATIENCE).isSent()).isTrue();
        assertThat(mailer.find(dropped)).isNull();
        assertThat(orders()).isEqualTo(1);
        assertThat(mailer.send(mail("k").build()).isDuplicate()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2"})
    void without_a_transaction_there_is_nothing_to_join(String database) throws Exception {
        start(database);
        Connection host = pool.getConnection();
        open.add(host);

        assertThatThrownBy(() -> mailer.in(host).send(mail("k").build()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the connection is in auto-commit mode, so there is no transaction to join; call"
                        + " setAutoCommit(false) first, and commit() behind it");
        assertThat(count("mailer_message")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2"})
    void a_connection_to_another_database_is_told_so(String database) throws Exception {
        start(database);
        String other = urlOf(database);
        try (Connection elsewhere = DriverManager.getConnection(other)) {
            elsewhere.setAutoCommit(false);

            assertThatThrownBy(() -> mailer.in(elsewhere).send(mail("k").build()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("the connection is not to the database and schema that have the ledger: ");
        }
    }

    @Test
    void a_ledger_in_sqlite_cannot_join(@TempDir Path folder) throws Exception {
        try (MailerEngine sqlite = Mailers.builder()
                        .store("sqlite:" + folder.resolve("ledger.db"))
                        .transport(new StubTransport())
                        .build();
                Connection host = DriverManager.getConnection(H2Stores.nextUrl())) {
            host.setAutoCommit(false);

            assertThatThrownBy(() -> sqlite.in(host).send(mail("k").build()))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageStartingWith("a ledger in sqlite has its file for itself");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2"})
    void a_key_that_is_known_is_found_and_the_transaction_goes_on(String database) throws Exception {
        start(database);
        SendResult first = mailer.send(mail("k").build());
        Connection host = begun();

        SendResult again = mailer.in(host).send(mail("k").build());
        order(host, 1);
        SendResult other = mailer.in(host).send(mail("l").build());
        host.commit();

        assertThat(again.isDuplicate()).isTrue();
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(mailer.await(other.id(), PATIENCE).isSent()).isTrue();
        assertThat(orders()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2"})
    void mails_sent_together_are_all_taken_or_none_where_one_has_the_key_of_another_mail(String database)
            throws Exception {
        start(database);
        mailer.send(mail("k").build());
        Connection host = begun();
        order(host, 1);
        Email first = mail("l").build();
        Email unnamed = Rig.mail("jo@example.org").build();

        assertThatThrownBy(() -> mailer.in(host)
                        .sendAll(List.of(first, mail("k").tag("other", "mail").build(), unnamed)))
                .isInstanceOf(IdempotencyConflictException.class);
        List<SendResult> mended =
                mailer.in(host).sendAll(List.of(first, mail("m").build(), unnamed));
        host.commit();

        assertThat(mended).noneMatch(SendResult::isDuplicate);
        assertThat(orders()).isEqualTo(1);
        assertThat(count("mailer_message")).isEqualTo(4);
        assertThat(count("mailer_idempotency")).isEqualTo(3);
    }

    /** On PostgreSQL this is refused, see HostIsolationTest. */
    @ParameterizedTest
    @CsvSource({"mariadb, 2", "mariadb, 4", "postgresql, 2", "h2, 2"})
    void a_key_that_was_committed_behind_the_transaction_s_beginning_is_found(String database, int isolation)
            throws Exception {
        start(database);
        Connection host = begun();
        host.rollback();
        host.setTransactionIsolation(isolation);
        try (Statement s = host.createStatement()) {
            s.executeQuery("select count(*) from mailer_idempotency").close();
        }
        SendResult first = mailer.send(mail("k").build());

        SendResult again = mailer.in(host).send(mail("k").build());
        host.commit();

        assertThat(again.isDuplicate()).isTrue();
        assertThat(again.id()).isEqualTo(first.id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb"})
    void who_sends_a_key_that_another_transaction_holds_waits_for_its_end(String database) throws Exception {
        start(database);
        Connection first = begun();
        Connection second = begun();
        mailer.in(first).send(mail("k").build());

        Future<SendResult> waiting =
                others.submit(() -> mailer.in(second).send(mail("k").build()));
        assertThat(isDone(waiting)).isFalse();
        first.rollback();

        assertThat(waiting.get(20, TimeUnit.SECONDS).isDuplicate()).isFalse();
        second.commit();
        assertThat(mailer.send(mail("k").build()).isDuplicate()).isTrue();
    }

    /** An error of a statement aborts the transaction on PostgreSQL, and there only. */
    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "h2"})
    void a_mail_that_is_refused_half_way_leaves_nothing_in_a_transaction_that_goes_on(String database)
            throws Exception {
        start(database);
        execute("alter table mailer_delivery add constraint refused check (domain <> 'example.org')");
        Connection host = begun();
        order(host, 1);

        assertThatThrownBy(() -> mailer.in(host).send(mail("k").build()))
                .isInstanceOf(MailerUnavailableException.class);
        order(host, 2);
        host.commit();

        assertThat(orders()).isEqualTo(2);
        execute("alter table mailer_delivery drop constraint refused");
        SendResult again = mailer.send(mail("k").build());
        assertThat(again.isDuplicate()).isFalse();
        assertThat(mailer.await(again.id(), PATIENCE).isSent()).isTrue();
    }

    private void execute(String sql) throws SQLException {
        try (Connection c = pool.getConnection();
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    /** The default since MariaDB 11.6: what was committed behind the snapshot undoes the transaction. */
    @Test
    void a_snapshot_that_is_too_old_must_be_repeated_like_a_deadlock() throws Exception {
        startAt(MariaDbStores.nextUrl() + "&sessionVariables=innodb_snapshot_isolation=ON");
        Connection host = begun();
        order(host, 1);
        SendResult first = mailer.send(mail("k").build());
        Outbox joined = mailer.in(host);

        assertThatThrownBy(() -> joined.send(mail("k").build()))
                .isInstanceOf(MailerUnavailableException.class)
                .cause()
                .isInstanceOfSatisfying(
                        SQLTransactionRollbackException.class,
                        sql -> assertThat(sql.getSQLState()).isEqualTo("40001"));
        assertThatThrownBy(() -> joined.send(mail("without the order").build()))
                .isInstanceOf(MailerUnavailableException.class)
                .hasMessageContaining("repeat the whole transaction");
        host.rollback();
        SendResult again = mailer.in(host).send(mail("k").build());
        host.commit();

        assertThat(again.id()).isEqualTo(first.id());
        assertThat(orders()).isZero();
    }

    private static boolean isDone(Future<?> future) throws Exception {
        try {
            future.get(500, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    /** MariaDB then takes two that wait for a deadlock and ends one, which is repeated like any transaction. */
    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb"})
    void of_two_who_wait_for_a_key_that_is_rolled_back_one_gets_it(String database) throws Exception {
        start(database);
        Connection holder = begun();
        mailer.in(holder).send(mail("k").build());
        List<Future<SendResult>> waiting = new ArrayList<>();
        for (Connection each : List.of(begun(), begun())) {
            waiting.add(others.submit(() -> sendAndCommit(each)));
        }
        assertThat(isDone(waiting.get(0))).isFalse();
        holder.rollback();

        List<SendResult> results = new ArrayList<>();
        for (Future<SendResult> each : waiting) {
            results.add(each.get(20, TimeUnit.SECONDS));
        }
        assertThat(results).filteredOn(r -> !r.isDuplicate()).hasSize(1);
        assertThat(results)
                .extracting(SendResult::id)
                .containsOnly(results.get(0).id());
    }

    private SendResult sendAndCommit(Connection host) throws SQLException {
        SendResult result;
        try {
            result = mailer.in(host).send(mail("k").build());
        } catch (MailerUnavailableException e) {
            assertThat(e)
                    .cause()
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            sql -> assertThat(sql.getSQLState()).isEqualTo("40001"));
            host.rollback();
            result = mailer.in(host).send(mail("k").build());
        }
        host.commit();
        return result;
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql, select current_setting('lock_timeout') || current_setting('enable_seqscan') || current_setting('jit')"
                + " || current_setting('idle_in_transaction_session_timeout') || current_setting('transaction_isolation')",
        "mariadb, 'select concat_ws('' '', @@innodb_lock_wait_timeout, @@lock_wait_timeout, @@idle_transaction_timeout, @@tx_isolation, @@sql_mode)'",
        "h2, 'select setting_value from information_schema.settings where setting_name = ''DEFAULT_LOCK_TIMEOUT'''"
    })
    void the_session_of_the_host_is_as_before(String database, String settings) throws Exception {
        start(database);
        Connection host = begun();
        String before = read(host, settings);

        mailer.in(host).send(mail("k").build());
        assertThat(read(host, settings)).isEqualTo(before);
        host.commit();
        assertThat(read(host, settings)).isEqualTo(before);
        assertThat(host.getAutoCommit()).isFalse();

        mailer.await(mailer.send(mail("l").build()).id(), PATIENCE);
        mailer.close();
        for (int i = 0; i < 3; i++) {
            try (Connection used = pool.getConnection()) {
                assertThat(read(used, settings)).isEqualTo(before);
                assertThat(used.getAutoCommit()).isTrue();
            }
        }
    }

    private static String read(Connection connection, String query) throws SQLException {
        try (Statement s = connection.createStatement();
                ResultSet r = s.executeQuery(query)) {
            return r.next() ? Objects.toString(r.getString(1)) : "";
        }
    }

    @Test
    void mail_whose_commit_is_told_needs_no_search() throws Exception {
        AtomicInteger searches = new AtomicInteger();
        pool = new HikariDataSource();
        open.add(pool);
        pool.setJdbcUrl(H2Stores.nextUrl());
        mailer = Mailers.builder()
                .store(new Sabotage("OutboxStore.readyLanes", call -> {
                            searches.incrementAndGet();
                            return List.of();
                        })
                        .of(Stores.of(pool)))
                .transport(new StubTransport())
                .build();
        open.add(mailer);
        Connection host = begun();
        Outbox joined = mailer.in(host);
        MessageId id = joined.send(mail("k").build()).id();
        host.commit();
        int before = searches.get();
        Rig.until("it was searched in vain", () -> searches.get() > before + 2);
        assertThat(mailer.find(id).isFinal()).isFalse();

        joined.committed();

        assertThat(mailer.await(id, PATIENCE).isSent()).isTrue();
    }

    @Test
    void the_ledger_stands_beside_migrations_of_the_host() throws Exception {
        start("h2");
        org.flywaydb.core.Flyway host = org.flywaydb.core.Flyway.configure()
                .dataSource(pool)
                .locations("classpath:dev/mailer/testkit/hostmigration")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load();

        assertThat(host.migrate().migrationsExecuted).isEqualTo(1);
        Stores.of(pool).close();

        assertThat(host.validateWithResult().validationSuccessful).isTrue();
        assertThat(mailer.send(mail("k").build()).isDuplicate()).isFalse();
    }
}
