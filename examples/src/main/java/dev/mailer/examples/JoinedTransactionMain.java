// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples;

import dev.mailer.api.Mailer;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageStatus;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Shows "order saved" and "mail queued" as one commit, in the application's own PostgreSQL database. */
public final class JoinedTransactionMain {
    private JoinedTransactionMain() {}

    /** The arguments are a JDBC address such as {@code jdbc:postgresql://localhost/shop?user=shop} and a transport. */
    public static void main(String[] args) throws SQLException {
        String[] given = Arguments.require(2, "jdbc:postgresql://HOST/DATABASE TRANSPORT", args);
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(given[0]);
        try (MailerEngine mailer = open(database, given[1])) {
            createTable(database);
            MessageId id = order(database, mailer, 4711);
            MessageStatus status = mailer.await(id, Duration.ofSeconds(30));
            System.out.println(status);
        }
    }

    static MailerEngine open(DataSource database, String transport) {
        // tag::joined-store[]
        return Mailers.builder().store(Stores.of(database)).transport(transport).build();
        // end::joined-store[]
    }

    // tag::joined[]
    static MessageId order(DataSource database, Mailer mailer, int number) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("insert into orders (number) values (?)")) {
                insert.setInt(1, number);
                insert.executeUpdate();
            }
            MessageId id = mailer.in(connection)
                    .send(mail -> mail.from("shop@example.com")
                            .to("jo@example.org")
                            .subject("Your order " + number)
                            .text("Thank you!"))
                    .id();
            connection.commit(); // the order and its mail, or neither
            return id;
        }
    }
    // end::joined[]

    static void createTable(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists orders (number integer primary key)");
        }
    }
}
