// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What became of each row of a merge, counted: every row that was taken up has one fate. Not thread-safe. */
final class MergeAccount {
    /** In the order of the account. */
    enum Fate {
        /** Accepted by this run. */
        QUEUED,
        /** Its address has a mail of the campaign already, from an earlier run; nothing was added. */
        DUPLICATE,
        /** Refused: the row, its address or what the template makes of it. */
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

    private final Map<Fate, Long> counts = new EnumMap<>(Fate.class);
    private final List<RowError> errors = new ArrayList<>();

    void count(Fate fate) {
        counts.merge(fate, 1L, Long::sum);
    }

    void fail(RowError error) {
        count(Fate.FAILED);
        errors.add(error);
    }

    long of(Fate fate) {
        return counts.getOrDefault(fate, 0L);
    }

    long rows() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** {@code rows 5 = queued 1 + duplicate 1 + failed 1 + suppressed 1 + skipped 1}. */
    String text() {
        List<String> parts = new ArrayList<>();
        for (Fate fate : Fate.values()) {
            parts.add(fate.word() + " " + of(fate));
        }
        return "rows " + rows() + " = " + parts.stream().collect(Collectors.joining(" + "));
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("rows", rows());
        for (Fate fate : Fate.values()) {
            json.put(fate.word(), of(fate));
        }
        ArrayNode list = json.putArray("errors");
        errors.forEach(e ->
                list.addObject().put("line", e.line()).put("column", e.column()).put("reason", e.reason()));
        return json;
    }
}
