// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.server.http.SuppressionCsv;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How entries of the suppression list stand in a CSV file: what {@code list --csv} writes is what {@code import} reads. */
final class SuppressionColumns {
    static final String EMAIL = "email";
    /** In the order in which they are written. */
    static final List<String> ALL = SuppressionCsv.COLUMNS;

    private final int count;
    private final Map<String, Integer> places = new TreeMap<>();
    private final List<String> ignored;
    private final @Nullable String reason;

    /** @param reason of rows that have none */
    SuppressionColumns(Path file, List<String> columns, @Nullable String reason) {
        this.count = columns.size();
        this.reason = reason;
        for (int i = 0; i < count; i++) {
            String name = columns.get(i).toLowerCase(Locale.ROOT);
            if (ALL.contains(name) && places.put(name, i) != null) {
                throw usage(file + ": two columns are named '" + name + "'; rename one");
            }
        }
        if (!places.containsKey(EMAIL)) {
            throw usage(file + ": there is no column 'email'; there are " + String.join(", ", columns)
                    + ". A file with one address a line needs no names");
        }
        this.ignored = columns.stream()
                .filter(name -> !ALL.contains(name.toLowerCase(Locale.ROOT)))
                .toList();
    }

    /** Names of columns that are not read. */
    List<String> ignored() {
        return ignored;
    }

    /** The entry that a row stands for, which the API has yet to check. */
    ObjectNode entry(List<String> values) throws MergeMail.RowException {
        if (values.size() != count) {
            throw new MergeMail.RowException(null, "has " + values.size() + " columns, but the first row has " + count);
        }
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, Integer> place : places.entrySet()) {
            String value = SuppressionCsv.read(values.get(place.getValue()).strip());
            if (value.indexOf('\uFFFD') >= 0) {
                throw new MergeMail.RowException(place.getKey(), "is not UTF-8; save the file as UTF-8");
            }
            if (!value.isEmpty() || place.getKey().equals(EMAIL)) {
                entry.put(place.getKey(), place.getKey().equals("reason") ? value.toLowerCase(Locale.ROOT) : value);
            }
        }
        if (reason != null && !entry.has("reason")) {
            entry.put("reason", reason);
        }
        return entry;
    }

    /** An entry as a row. */
    static String row(JsonNode entry) {
        return SuppressionCsv.row(
                ALL.stream().map(name -> MailText.text(entry, name)).toList());
    }

    private static CommandException usage(String message) {
        return new CommandException(ExitCodes.USAGE, message);
    }
}
