// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Claim;
import dev.mailer.api.spi.OutboxTransaction.Pick;
import dev.mailer.api.spi.Settlement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What differs between databases: types, and the shape of the statements that run for every mail. */
interface Dialect {
    /** Ids looked up by one statement; the last one fills what is left of its places. */
    int ID_PLACES = 64;

    /** Also the name of the folder with its migrations. */
    String name();

    Object uuid(UUID value);

    UUID readUuid(ResultSet row, String column) throws SQLException;

    /** True when one process has the database for itself, so that every other node is a dead one. */
    boolean isSingleProcess();

    /** True when events are numbered under the database's one write lock, so that ids commit in order and serve as positions. */
    boolean numbersEvents();

    /** True when an error undoes its statement only, so that a transaction could be committed with half of what was to be written. */
    default boolean goesOnAfterErrors() {
        return false;
    }

    /** A fresh block of ids: its first, and how many. */
    long[] nextIds(Statements statements) throws SQLException;

    /** The id of a new event. */
    default long nextEvent(Statements statements, Ids ids) throws SQLException {
        return ids.next(statements);
    }

    /** What is kept of events that are about to be removed. */
    default void beforePurge(Statements statements) throws SQLException {}

    /** A query of the database's clock; empty where it is the node's own. */
    String selectNow();

    /** Writes new rows; tables without any are left out. */
    void insert(Statements statements, List<TableRows> tables) throws SQLException;

    /** Inserts one row unless its key, or another unique value, is taken; returns whether it did. Never leaves the transaction aborted. */
    boolean insertNew(Statements statements, TableRows row) throws SQLException;

    /** The same for several rows; returns for each whether it was inserted. Of rows that exclude each other the first is. */
    List<Boolean> insertNewRows(Statements statements, TableRows rows) throws SQLException;

    /** The rows that a query finds whose last column is one of these ids; it ends with that column's name. */
    default <T> List<T> byIds(Statements statements, String query, List<Long> ids, Statements.Reader<T> reader)
            throws SQLException {
        return byIds(statements, query, ids, "", reader);
    }

    /** The same with an order or a lock behind the condition; where the ids are asked for in parts, each part has it. */
    default <T> List<T> byIds(
            Statements statements, String query, List<Long> ids, String end, Statements.Reader<T> reader)
            throws SQLException {
        List<T> found = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += ID_PLACES) {
            Bound b = statements.sql(query + " in (?" + ", ?".repeat(ID_PLACES - 1) + ")" + end);
            for (int i = from; i < from + ID_PLACES; i++) {
                b.with(ids.get(Math.min(i, ids.size() - 1)));
            }
            found.addAll(b.list(reader));
        }
        return found;
    }

    /** Inserts rows, or writes each over the one that has its key: the values of the first columns, as many as are named here. */
    void upsert(Statements statements, TableRows rows, int keyColumns) throws SQLException;

    /** Inserts, ignoring conflicts; returns for each row whether it was inserted. Never leaves the transaction aborted. */
    List<Boolean> insertIdempotency(Statements statements, List<IdempotencyRow> rows) throws SQLException;

    /** What an append asks before it writes: which keys are new, and whether any address is suppressed at all. */
    default Admission admit(Statements statements, List<IdempotencyRow> rows) throws SQLException {
        List<Boolean> inserted = rows.isEmpty() ? List.of() : insertIdempotency(statements, rows);
        return new Admission(inserted, SuppressionRows.any(statements));
    }

    /** The answer: for each row whether it was inserted, as {@link #insertIdempotency} says it. */
    record Admission(List<Boolean> inserted, boolean anySuppression) {}

    /** Claims; the rows are read by {@link ClaimRows}. */
    List<Claim> claim(Statements statements, ClaimRows rows, long node, Instant now, List<Pick> picks)
            throws SQLException;

    /** Marks claims that are current as journalled; returns their ids. */
    List<Long> journal(Statements statements, long node, List<Claim> claims) throws SQLException;

    /**
     * Applies the settlements whose claims are current, one at most for each delivery; returns their delivery ids.
     *
     * @param outcomes for each the text to store of how it ended
     */
    List<Long> settle(Statements statements, List<Settlement> settlements, List<@Nullable String> outcomes)
            throws SQLException;

    /** Domains behind {@code after} with ready deliveries, in order; what it costs does not depend on how many those are. */
    default List<String> readyDomains(Statements statements, long stream, String after, int limit) throws SQLException {
        return SkipScan.domains(statements, stream, after, limit);
    }

    /** Streams with ready deliveries. */
    default List<Long> readyStreams(Statements statements) throws SQLException {
        return SkipScan.streams(statements);
    }

    /** The column of ready deliveries that leads their index. */
    default String readyStream() {
        return "stream_id";
    }

    /** The column of open deliveries by which those are found whose time is over. */
    default String openUntil() {
        return "expires_at";
    }

    /** Gives positions to committed events without one; returns how many. Runs in a transaction of its own. */
    int assignPositions(Statements statements, int limit) throws SQLException;

    /** A lock clause for rows that another process may be changing: they are waited for, and read as they are then. */
    default String lock() {
        return "";
    }

    /** As {@link #lock}, for rows that are only read and that several may keep unchanged at once. */
    default String share() {
        return lock();
    }

    /** A clause that reads rows as they are committed now, where a transaction of the host's would read them as they were when it began. */
    default String latest() {
        return "";
    }

    /** The condition that the id of a row is among those that a query finds, which is asked once. */
    default String idAmong(String select) {
        return "id in (" + select + ")";
    }

    /** True when an update can return the rows it changed. */
    default boolean returnsUpdated() {
        return true;
    }

    /** Sets up a connection of our own; empty where nothing is to be set. */
    default String session() {
        return "";
    }

    /** What one of our transactions does on a connection of the host's, which is as before when it has ended. */
    default Visit visit() {
        return Visit.PLAIN;
    }

    /** Refuses a database in which not even the schema can be made. */
    default void inspect(Connection connection) throws SQLException {}

    /** Refuses a database or a driver that does not do what the ledger relies on; its schema is up to date. */
    default void check(Statements statements) throws SQLException {}

    /** A lock clause for rows picked by a sub-select, where other processes may pick too. */
    String skipLocked();

    /** A row of {@code mailer_idempotency}. */
    record IdempotencyRow(long tenantId, Bytes keyHash, Bytes contentHash, UUID messageId, long createdAt) {}

    /**
     * What comes before and after a transaction of ours on a connection of the host's.
     *
     * @param reads whether reads need it, too
     */
    record Visit(List<String> before, List<String> after, boolean reads) {
        static final Visit PLAIN = new Visit(List.of(), List.of(), false);
    }
}
