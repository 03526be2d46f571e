// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.transaction;

import dev.mailer.api.Email;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.Outbox;
import dev.mailer.api.SendResult;
import dev.mailer.core.MailerEngine;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceUtils;

/**
 * Accepts mail behind a commit, in a transaction of its own on the connection that the thread still has. With the mailer's own writer it would
 * hold that connection while it waits for one of the same pool, and where all threads do so none gets one.
 */
final class CommittedConnection implements Outbox {
    private static final Logger log = LoggerFactory.getLogger(CommittedConnection.class);

    private final MailerEngine mailer;
    private final DataSource source;

    CommittedConnection(MailerEngine mailer, DataSource source) {
        this.mailer = mailer;
        this.source = source;
    }

    @Override
    public SendResult send(Email email) {
        return sendAll(List.of(email)).get(0);
    }

    @Override
    public List<SendResult> sendAll(List<Email> emails) {
        Connection connection = DataSourceUtils.getConnection(source);
        try {
            boolean autoCommit = connection.getAutoCommit();
            if (autoCommit) {
                connection.setAutoCommit(false);
            }
            try {
                return accept(emails, connection);
            } finally {
                if (autoCommit) {
                    quietly(() -> connection.setAutoCommit(true));
                }
            }
        } catch (SQLException e) {
            throw new MailerUnavailableException(
                    "the connection of the transaction that was committed cannot be used: " + e.getMessage(),
                    Duration.ZERO,
                    e);
        } finally {
            DataSourceUtils.releaseConnection(connection, source);
        }
    }

    private List<SendResult> accept(List<Email> emails, Connection connection) {
        Outbox outbox = mailer.in(connection);
        List<SendResult> accepted;
        try {
            accepted = outbox.sendAll(emails);
            connection.commit();
        } catch (SQLException e) {
            quietly(connection::rollback);
            throw new MailerUnavailableException(
                    "the mail could not be committed on the connection of the transaction before it: " + e.getMessage()
                            + "; where that was lost it may have been accepted, so repeat with the same idempotency key",
                    Duration.ZERO,
                    e);
        } catch (RuntimeException | Error e) {
            quietly(connection::rollback);
            throw e;
        }
        outbox.committed();
        return accepted;
    }

    /** What became of the mail is known by now. */
    private static void quietly(Cleanup cleanup) {
        try {
            cleanup.run();
        } catch (SQLException e) {
            log.debug("the transaction's connection could not be cleaned up", e);
        }
    }

    /** A step behind the end of a transaction. */
    @FunctionalInterface
    private interface Cleanup {
        void run() throws SQLException;
    }
}
