// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which events are of a mail or of an address that is erased. The rows that say so are locked until the transaction ends: an erasure at the
 * same instant is waited for, or waits and sees what is written. It takes them before it looks for what there is to erase.
 */
final class ErasedEvents {
    private final Statements statements;
    private final Dialect dialect;

    ErasedEvents(Statements statements, Dialect dialect) {
        this.statements = statements;
        this.dialect = dialect;
    }

    /**
     * An event and what it is of.
     *
     * @param message 0 for none
     * @param change of the suppression list; 0 for none
     */
    private record Event(long id, long message, long change) {}

    Set<Long> among(List<Long> ids) throws SQLException {
        List<Event> events = dialect.byIds(
                statements,
                "select id, message_id, change_id from mailer_event where id",
                ids,
                r -> new Event(r.getLong(1), r.getLong(2), r.getLong(3)));
        Set<Long> messages = marked("key_version", RowKey.ERASED_VERSION, "mailer_message", events, Event::message);
        Set<Long> changes =
                marked("sealed", SuppressionChanges.ERASED, "mailer_suppression_change", events, Event::change);
        return events.stream()
                .filter(e -> messages.contains(e.message) || changes.contains(e.change))
                .map(Event::id)
                .collect(Collectors.toSet());
    }

    /** In order of id, so that those who lock the same rows wait for each other instead of deadlocking. */
    private Set<Long> marked(String column, int mark, String table, List<Event> events, Function<Event, Long> owner)
            throws SQLException {
        List<Long> ids = events.stream()
                .map(owner)
                .filter(id -> id != 0)
                .distinct()
                .sorted()
                .toList();
        Set<Long> marked = new HashSet<>();
        var unused = dialect.byIds(
                statements,
                "select id, " + column + " from " + table + " where id",
                ids,
                " order by id" + dialect.share(),
                r -> r.getInt(2) == mark && marked.add(r.getLong(1)));
        return marked;
    }
}
