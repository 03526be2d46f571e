// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Entries of the suppression list as CSV (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe in front, which reading
 * takes off again.
 */
public final class SuppressionCsv {
    /** In the order in which they are written. */
    public static final List<String> COLUMNS = List.of("email", "stream", "reason", "until");

    /** Some spreadsheets take the wide forms of the signs, too. */
    private static final Pattern FORMULA =
            Pattern.compile("'*[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20].*", Pattern.DOTALL);

    private SuppressionCsv() {}

    static String of(List<SuppressionViews.Entry> entries) {
        StringBuilder csv = new StringBuilder(row(COLUMNS)).append("\r\n");
        for (SuppressionViews.Entry e : entries) {
            csv.append(row(List.of(e.email(), text(e.stream()), e.reason(), text(e.until()))))
                    .append("\r\n");
        }
        return csv.toString();
    }

    /** A row, without its end. */
    public static String row(List<String> values) {
        return values.stream().map(SuppressionCsv::cell).collect(Collectors.joining(","));
    }

    /** A value as it was before it was written. */
    public static String read(String cell) {
        return cell.startsWith("'") && FORMULA.matcher(cell).matches() ? cell.substring(1) : cell;
    }

    /** RFC 4180 §2. */
    private static String cell(String text) {
        String value = FORMULA.matcher(text).matches() ? "'" + text : text;
        boolean plain = value.chars().noneMatch(c -> c == ',' || c == '"' || c == ';' || c == '\t' || c < ' ');
        return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
