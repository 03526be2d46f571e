// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What became of each row of a merge, counted: every row has one fate, or was not taken up. Not thread-safe. */
final class MergeAccount {
    /** In the order of the account. */
    enum Fate {
        /** Accepted by this run. */
        QUEUED,
        /** Taken over by the next server, for who waited. */
        SENT,
        /** Accepted, and not final within the time to wait. */
        PENDING,
        /** Its address has a mail of the campaign already, from an earlier run; nothing was added. */
        DUPLICATE,
        /** Refused: the row, its address or what the template makes of it; or its mail was given up. */
        FAILED,
        /** Accepted, and not sent, because the address is on the suppression list. */
        SUPPRESSED,
        /** Without an address, or with one that an earlier row of the file has. */
        SKIPPED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A row that failed; without a column when it is not one cell's fault. */
    record RowError(long line, @Nullable String column, String reason) {
        String text() {
            return "line " + line + (column == null ? "" : ", column " + column) + ": " + reason;
        }
    }

    /** Told whatever their number. */
    private static final Set<Fate> ALWAYS =
            Set.of(Fate.QUEUED, Fate.DUPLICATE, Fate.FAILED, Fate.SUPPRESSED, Fate.SKIPPED);

    /** As {@link #ALWAYS}, when the outcome was waited for. */
    private static final Set<Fate> WITH_OUTCOME = Set.of(Fate.SENT, Fate.FAILED, Fate.SUPPRESSED, Fate.SKIPPED);

    private final long rows;
    private final Map<Fate, Long> counts = new EnumMap<>(Fate.class);
    private final List<RowError> errors = new ArrayList<>();

    /** @param rows of the file */
    MergeAccount(long rows) {
        this.rows = rows;
    }

    void count(Fate fate) {
        counts.merge(fate, 1L, Long::sum);
    }

    /** What was counted as one is another. */
    void move(Fate from, Fate to) {
        counts.merge(from, -1L, Long::sum);
        count(to);
    }

    void fail(RowError error) {
        count(Fate.FAILED);
        errors.add(error);
    }

    long of(Fate fate) {
        return counts.getOrDefault(fate, 0L);
    }

    /** Rows that were refused. */
    int refused() {
        return errors.size();
    }

    /** Rows that were taken up. */
    long taken() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Rows that were not. */
    long left() {
        return rows - taken();
    }

    /** {@code rows 4 = sent 1 + failed 1 + suppressed 1 + skipped 1}, and what else there is. */
    String text(boolean outcome) {
        List<String> parts = new ArrayList<>();
        for (Fate fate : Fate.values()) {
            if (of(fate) > 0 || (outcome ? WITH_OUTCOME : ALWAYS).contains(fate)) {
                parts.add(fate.word() + " " + of(fate));
            }
        }
        if (left() > 0) {
            parts.add("left " + left());
        }
        return "rows " + rows + " = " + String.join(" + ", parts);
    }

    /** As {@link #text}; with the outcome there are all words, but {@code queued}. */
    ObjectNode json(boolean outcome) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("rows", rows);
        for (Fate fate : Fate.values()) {
            if (of(fate) > 0 || (outcome ? fate != Fate.QUEUED : ALWAYS.contains(fate))) {
                json.put(fate.word(), of(fate));
            }
        }
        json.put("left", left());
        ArrayNode list = json.putArray("errors");
        errors.forEach(e ->
                list.addObject().put("line", e.line()).put("column", e.column()).put("reason", e.reason()));
        return json;
    }
}
