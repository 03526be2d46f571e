// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of one mail as they are in the ledger, inserted again and again by plain JDBC batches under new ids. */
final class BareRows implements AutoCloseable {
    private final Connection connection;
    private final boolean sqlite;
    private final Table message;
    private final Table content;
    private final Table recipient;
    private final Table delivery;
    private final Table event;
    private long nextId;

    /** Reads the rows of the newest mail. Ids come from a range that the store does not reach. */
    BareRows(Ledger ledger, Connection connection) throws SQLException {
        this.connection = connection;
        this.sqlite = ledger.isSqlite();
        long newest = Ledger.number(connection, "select max(id) from mailer_message");
        this.message = new Table("mailer_message", "id = " + newest, null);
        this.content = new Table("mailer_content", "message_id = " + newest, null);
        this.recipient = new Table("mailer_recipient", "message_id = " + newest, null);
        this.delivery = new Table("mailer_delivery", "message_id = " + newest, null);
        this.event = new Table("mailer_event", "message_id = " + newest, sqlite ? null : "position");
        this.nextId = newest + 1_000_000_000L;
        connection.setAutoCommit(false);
    }

    /** Returns mails a second. */
    double insert(int mails, int perCommit) throws SQLException {
        long start = System.nanoTime();
        for (int done = 0; done < mails; done += perCommit) {
            for (int i = 0; i < Math.min(perCommit, mails - done); i++) {
                add();
            }
            message.insert.executeBatch();
            content.insert.executeBatch();
            recipient.insert.executeBatch();
            delivery.insert.executeBatch();
            event.insert.executeBatch();
            connection.commit();
        }
        return mails * 1e9 / (System.nanoTime() - start);
    }

    private void add() throws SQLException {
        long messageId = nextId++;
        long deliveryId = nextId++;
        UUID uuid = Mails.id().value();
        message.add(Map.of("id", messageId, "message_id", sqlite ? bytes(uuid) : uuid));
        content.add(Map.of("message_id", messageId));
        recipient.add(Map.of("message_id", messageId));
        delivery.add(Map.of("id", deliveryId, "message_id", messageId));
        event.add(Map.of("id", nextId++, "message_id", messageId, "delivery_id", deliveryId));
    }

    private static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    @Override
    public void close() throws SQLException {
        message.insert.close();
        content.insert.close();
        recipient.insert.close();
        delivery.insert.close();
        event.insert.close();
        connection.setAutoCommit(true);
    }

    /** A table and the values of one of its rows. */
    private final class Table {
        private final List<String> columns = new ArrayList<>();
        private final List<@Nullable Object> values = new ArrayList<>();
        private final PreparedStatement insert;

        /** @param without a column that the database fills */
        Table(String name, String row, @Nullable String without) throws SQLException {
            try (Statement s = connection.createStatement();
                    ResultSet r = s.executeQuery("select * from " + name + " where " + row)) {
                r.next();
                for (int i = 1; i <= r.getMetaData().getColumnCount(); i++) {
                    if (!r.getMetaData().getColumnName(i).equals(without)) {
                        columns.add(r.getMetaData().getColumnName(i));
                        values.add(r.getObject(i));
                    }
                }
            }
            insert = connection.prepareStatement("insert into " + name + " (" + String.join(", ", columns)
                    + ") values (" + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")");
        }

        void add(Map<String, Object> changed) throws SQLException {
            for (int i = 0; i < values.size(); i++) {
                Object value = changed.getOrDefault(columns.get(i), values.get(i));
                if (value == null) {
                    insert.setNull(i + 1, Types.NULL);
                } else {
                    insert.setObject(i + 1, value);
                }
            }
            insert.addBatch();
        }
    }
}
