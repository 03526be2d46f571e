// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.spi.Bytes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import org.jdbi.v3.core.mapper.NoSuchMapperException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerJdbiTest {
    private Connection connection;
    private Statements statements;

    @BeforeEach
    void open() throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        statements = new Statements(connection);
        statements
                .update("create table mail (id integer primary key, address text, at integer, hash blob)")
                .execute();
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void times_are_numbers_and_may_be_missing() {
        insert(1, Instant.ofEpochMilli(5));
        insert(2, Instant.MAX);
        insert(3, null);

        assertThat(statements
                        .query("select at from mail order by id")
                        .mapTo(Long.class)
                        .list())
                .containsExactly(5L, Long.MAX_VALUE, null);
        assertThat(statements
                        .query("select at from mail order by id")
                        .mapTo(Instant.class)
                        .list())
                .containsExactly(Instant.ofEpochMilli(5), Instant.MAX, null);
    }

    @Test
    void bytes_are_stored_as_they_are() {
        statements
                .update("insert into mail (hash) values (:hash)")
                .bind("hash", Bytes.wrap(new byte[] {1, 2}))
                .execute();

        assertThat(statements.query("select hash from mail").mapTo(byte[].class).one())
                .containsExactly(1, 2);
    }

    @Test
    void a_connection_stays_in_its_owner_s_transaction() throws SQLException {
        connection.setAutoCommit(false);
        insert(1, Instant.EPOCH);
        statements.close();

        assertThat(connection.isClosed()).isFalse();
        assertThat(connection.getAutoCommit()).isFalse();
        connection.rollback();
        assertThat(new Statements(connection)
                        .query("select count(*) from mail")
                        .mapTo(Integer.class)
                        .one())
                .isZero();
    }

    @Test
    void what_the_driver_throws_is_told_without_the_values() {
        insert(1, Instant.EPOCH);

        assertThatThrownBy(() -> Failures.translate(
                        "store",
                        () -> statements
                                .update("insert into mail (id, address) values (1, :address)")
                                .bind("address", "jane@example.com")
                                .execute()))
                .isInstanceOf(MailerUnavailableException.class)
                .hasMessageStartingWith("the store could not store: [SQLITE_CONSTRAINT_PRIMARYKEY]")
                .cause()
                .isInstanceOf(SQLException.class)
                .hasMessageNotContaining("jane");
    }

    @Test
    void a_mistake_in_a_mapping_is_not_taken_for_a_store_that_is_down() {
        assertThatThrownBy(() -> Failures.translate(
                        "read",
                        () -> statements
                                .query("select id from mail")
                                .mapTo(Bytes.class)
                                .list()))
                .isInstanceOf(NoSuchMapperException.class);
    }

    private void insert(long id, Instant at) {
        statements
                .update("insert into mail (id, at) values (:id, :at)")
                .bind("id", id)
                .bind("at", at)
                .execute();
    }
}
