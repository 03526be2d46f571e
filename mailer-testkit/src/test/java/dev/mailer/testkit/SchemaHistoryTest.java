// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.Stores;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The history of the schema is Flyway's, whoever has made the schema: Flyway or, where it is spared, a start of the ledger. */
class SchemaHistoryTest {
    @TempDir
    Path folder;

    /** The databases of a ledger. */
    enum Database {
        SQLITE,
        POSTGRESQL,
        MARIADB,
        H2;

        /** An empty one. */
        String next(Path folder, String name) {
            return switch (this) {
                case SQLITE -> "jdbc:sqlite:" + folder.resolve(name + ".db");
                case POSTGRESQL -> PostgresqlStores.nextUrl();
                case MARIADB -> MariaDbStores.nextUrl();
                case H2 -> H2Stores.nextUrl();
            };
        }
    }

    private static Flyway flyway(String url) {
        String kind = url.substring("jdbc:".length(), url.indexOf(':', "jdbc:".length()));
        return Flyway.configure()
                .dataSource(url, null, null)
                .locations("classpath:dev/mailer/core/migration/" + kind)
                .table("mailer_schema_history")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load();
    }

    private static void open(String url) {
        Stores.open(url.replace("jdbc:sqlite:", "sqlite:"), InstantSource.system())
                .close();
    }

    /** All of it but for times. */
    private static List<String> history(String url) throws SQLException {
        String quote = url.startsWith("jdbc:mariadb") ? "`" : "\"";
        return rows(
                url,
                "select #installed_rank#, #version#, #description#, #type#, #script#, #checksum#, #installed_by#, #success# from #mailer_schema_history# order by 1"
                        .replace("#", quote));
    }

    private static List<String> rows(String url, String query) throws SQLException {
        try (Connection c = DriverManager.getConnection(url);
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(query)) {
            List<String> rows = new ArrayList<>();
            while (r.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= r.getMetaData().getColumnCount(); i++) {
                    row.add(r.getString(i));
                }
                rows.add(String.join("|", row.stream().map(String::valueOf).toList()));
            }
            return rows;
        }
    }

    private static void run(String url, String statement) throws SQLException {
        try (Connection c = DriverManager.getConnection(url);
                Statement s = c.createStatement()) {
            s.execute(statement);
        }
    }

    private static void requireAccepted(String url) {
        Flyway flyway = flyway(url);
        flyway.validate();
        assertThat(flyway.migrate().migrationsExecuted).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void flyway_accepts_what_a_start_has_made(Database database) throws SQLException {
        String ours = database.next(folder, "ours");
        open(ours);

        requireAccepted(ours);

        String theirs = database.next(folder, "theirs");
        flyway(theirs).migrate();
        assertThat(history(ours)).isEqualTo(history(theirs));
    }

    @ParameterizedTest
    @EnumSource
    void a_start_accepts_what_flyway_has_made(Database database) throws SQLException {
        String url = database.next(folder, "theirs");
        flyway(url).migrate();
        List<String> before = history(url);

        open(url);

        assertThat(history(url)).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(names = "MARIADB", mode = EnumSource.Mode.EXCLUDE)
    void tables_of_others_are_under_a_baseline(Database database) throws SQLException {
        String ours = database.next(folder, "ours");
        String theirs = database.next(folder, "theirs");
        for (String url : List.of(ours, theirs)) {
            run(url, "create table orders (id integer primary key)");
        }

        open(ours);

        flyway(theirs).migrate();
        assertThat(history(ours)).isEqualTo(history(theirs)).anyMatch(row -> row.contains("|BASELINE|"));
        requireAccepted(ours);
    }

    /** The history is there before Flyway looks, so it needs none. */
    @Test
    void on_mariadb_tables_of_others_need_no_baseline() throws SQLException {
        String url = Database.MARIADB.next(folder, "ours");
        run(url, "create table orders (id integer primary key)");

        open(url);

        assertThat(history(url)).singleElement().asString().startsWith("1|1|ledger|SQL|");
        requireAccepted(url);
    }

    @Test
    void the_table_itself_is_flyways_too() throws SQLException {
        String columns = "select column_name, data_type, character_maximum_length, is_nullable, column_default"
                + " from information_schema.columns where table_name = 'mailer_schema_history' order by ordinal_position";
        String indexes = "select indexdef from pg_indexes where tablename = 'mailer_schema_history' order by 1";
        String ours = PostgresqlStores.nextUrl();
        String theirs = PostgresqlStores.nextUrl();
        open(ours);
        flyway(theirs).migrate();
        assertThat(rows(ours, columns)).isEqualTo(rows(theirs, columns));
        assertThat(rows(ours, indexes)).isEqualTo(rows(theirs, indexes));

        String schema = "select sql from sqlite_master where name like 'mailer_schema%' order by name";
        ours = Database.SQLITE.next(folder, "ours");
        theirs = Database.SQLITE.next(folder, "theirs");
        open(ours);
        flyway(theirs).migrate();
        assertThat(rows(ours, schema).toString().replaceAll("\\s+", "").replace("\"main\".", ""))
                .isEqualTo(
                        rows(theirs, schema).toString().replaceAll("\\s+", "").replace("\"main\".", ""));
    }

    /** Flyway, which would be asked otherwise, takes several. */
    @Test
    void the_first_start_takes_no_more_connections_than_each_later_one() {
        PGSimpleDataSource server = new PGSimpleDataSource();
        server.setUrl(PostgresqlStores.nextUrl());
        AtomicInteger taken = new AtomicInteger();
        DataSource counting = (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, args) -> {
                    if (method.getName().equals("getConnection")) {
                        taken.incrementAndGet();
                    }
                    try {
                        return method.invoke(server, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });

        Stores.of(counting).close();
        int first = taken.getAndSet(0);
        Stores.of(counting).close();

        assertThat(first).isEqualTo(taken.get());
    }

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL", "MARIADB"})
    void nodes_that_start_together_make_one_schema(Database database) throws Exception {
        for (int round = 0; round < 8; round++) {
            String url = database.next(folder, "");

            together(() -> open(url), () -> open(url), () -> open(url));

            assertThat(history(url)).hasSize(1);
            requireAccepted(url);
        }
    }

    @Test
    void a_node_and_flyway_that_start_together_make_one_schema() throws Exception {
        for (int round = 0; round < 5; round++) {
            String url = PostgresqlStores.nextUrl();

            together(() -> open(url), () -> flyway(url).migrate());

            assertThat(history(url))
                    .last()
                    .asString()
                    .startsWith("1|1|ledger|SQL|")
                    .endsWith("|t");
            requireAccepted(url);
        }
    }

    private static void together(Runnable... starts) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(starts.length);
        try {
            CountDownLatch ready = new CountDownLatch(starts.length);
            List<Future<?>> started = new ArrayList<>();
            for (Runnable start : starts) {
                started.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    start.run();
                    return true;
                }));
            }
            for (Future<?> one : started) {
                one.get(2, TimeUnit.MINUTES);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** That is for Flyway to refuse. */
    @Test
    void a_start_does_not_take_a_schema_that_was_changed_for_its_own() throws SQLException {
        String url = PostgresqlStores.nextUrl();
        open(url);
        run(url, "update mailer_schema_history set checksum = checksum + 1");

        assertThatThrownBy(() -> open(url))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageStartingWith("store: the schema could not be brought up to date: ")
                .hasMessageContaining("checksum mismatch");
    }

    @Test
    void a_start_needs_one_connection() {
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(PostgresqlStores.nextUrl());
            pool.setMaximumPoolSize(1);
            pool.setConnectionTimeout(20_000);
            try (OutboxStore store = Stores.of(pool)) {
                assertThat(store.depths()).isEmpty();
            }
        }
    }
}
