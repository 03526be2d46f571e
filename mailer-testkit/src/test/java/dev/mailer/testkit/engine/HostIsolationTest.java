// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mailer.api.Email;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.SendResult;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import dev.mailer.testkit.PostgresqlStores;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A mail in a host's transaction while somebody else commits one with the same idempotency key. */
class HostIsolationTest {
    private static final Email MAIL = Email.builder()
            .from("shop@example.com")
            .to("jo@example.org")
            .subject("Your order")
            .text("Thank you!")
            .idempotencyKey("order-7")
            .build();

    private final PGSimpleDataSource database = new PGSimpleDataSource();
    private MailerEngine mailer;

    @BeforeEach
    void start() {
        database.setUrl(PostgresqlStores.nextUrl());
        mailer = Mailers.builder().store(Stores.of(database)).transport("null:").build();
    }

    @AfterEach
    void stop() {
        mailer.close();
    }

    /** Its snapshot, where it keeps one, is older than whatever follows. */
    private Connection begun(int isolation) throws SQLException {
        Connection host = database.getConnection();
        host.setAutoCommit(false);
        host.setTransactionIsolation(isolation);
        try (Statement first = host.createStatement()) {
            first.execute("select count(*) from mailer_message");
        }
        return host;
    }

    @Test
    void read_committed_finds_the_mail_that_was_committed_meanwhile() throws SQLException {
        try (Connection host = begun(Connection.TRANSACTION_READ_COMMITTED)) {
            SendResult other = mailer.send(MAIL);

            SendResult joined = mailer.in(host).send(MAIL);
            host.commit();

            assertThat(joined.isDuplicate()).isTrue();
            assertThat(joined.id()).isEqualTo(other.id());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
    void a_stricter_transaction_must_be_repeated_as_after_any_other_conflict(int isolation) throws SQLException {
        try (Connection host = begun(isolation)) {
            SendResult other = mailer.send(MAIL);

            assertThatExceptionOfType(MailerUnavailableException.class)
                    .isThrownBy(() -> mailer.in(host).send(MAIL))
                    .havingCause()
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
            host.rollback();
            SendResult again = mailer.in(host).send(MAIL);
            host.commit();

            assertThat(again.isDuplicate()).isTrue();
            assertThat(again.id()).isEqualTo(other.id());
        }
    }
}
