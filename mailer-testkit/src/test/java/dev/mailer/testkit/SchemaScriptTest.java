// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Lane;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.core.Stores;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A schema that its owner made by hand, and a mailer whose account may not change it. */
class SchemaScriptTest {
    private static final Lane LANE = new Lane("default", "transactional");

    @TempDir
    Path folder;

    private static void run(String url, String... statements) throws SQLException {
        try (Connection c = DriverManager.getConnection(url);
                Statement s = c.createStatement()) {
            for (String statement : statements) {
                s.execute(statement);
            }
        }
    }

    /** What a start and its first transactions touch. */
    private static void use(String url) {
        try (OutboxStore store = Stores.open(url, InstantSource.system())) {
            store.register(LANE);
            LedgerDriver ledger = new LedgerDriver(store, (tenant, key) -> SampleMessage.sha256(key));
            ledger.accept(SampleMessage.to("jo@example.org").lane(LANE).key("k", "content"));
            ledger.node();
            assertThat(ledger.feed(0)).hasSize(1);
        }
    }

    @Test
    void postgresql_needs_no_right_to_create_tables() throws SQLException {
        String owner = PostgresqlStores.nextUrl();
        run(
                owner,
                "drop role if exists mailer_app",
                "create role mailer_app login password 'app'",
                "revoke create on schema public from public",
                Stores.ddl("postgresql"),
                "grant select, insert, update, delete on all tables in schema public to mailer_app",
                "grant usage on sequence mailer_id_seq to mailer_app");

        use(owner.replace("user=postgres", "user=mailer_app&password=app"));

        run(owner, "drop owned by mailer_app", "drop role mailer_app");
    }

    @Test
    void mariadb_needs_no_right_to_create_tables() throws SQLException {
        String owner = MariaDbStores.nextUrl();
        String database = owner.substring(owner.lastIndexOf('/') + 1, owner.indexOf('?'));
        run(
                owner + "&allowMultiQueries=true",
                Stores.ddl("mariadb"),
                "create user app@localhost identified by 'app'",
                "grant select, insert, update, delete on " + database + ".* to app@localhost");

        use(owner.replace("user=owner&password=owner", "user=app&password=app"));

        run(owner, "drop user app@localhost");
    }

    @Test
    void an_account_without_the_right_to_create_tables_is_told_what_to_do() throws SQLException {
        String owner = MariaDbStores.nextUrl();
        String database = owner.substring(owner.lastIndexOf('/') + 1, owner.indexOf('?'));
        run(
                owner,
                "create user poor@localhost identified by 'poor'",
                "grant select, insert, update, delete on " + database + ".* to poor@localhost");

        assertThatThrownBy(() -> use(owner.replace("user=owner&password=owner", "user=poor&password=poor")))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageStartingWith("store: the account may not create or change the tables of the ledger (")
                .hasMessageEndingWith(
                        "; have its owner run what 'mailer ddl mariadb' or Stores.ddl(\"mariadb\") gives, and grant this account the"
                                + " rights that it names");

        run(owner, "drop user poor@localhost");
    }

    @Test
    void h2_takes_its_script() throws SQLException {
        String url = H2Stores.nextUrl();
        run(url, Stores.ddl("h2"));

        use(url);
    }

    @Test
    void sqlite_takes_its_script() throws SQLException {
        Path file = folder.resolve("ledger.db");
        try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement s = c.createStatement()) {
            s.executeUpdate(Stores.ddl("sqlite"));
        }

        use("sqlite:" + file);
    }

    @Test
    void another_database_is_refused() {
        assertThatThrownBy(() -> Stores.ddl("oracle"))
                .isInstanceOf(MailerConfigException.class)
                .hasMessage("store: 'oracle' is no database with a schema; known are sqlite, postgresql, mariadb, h2");
    }
}
