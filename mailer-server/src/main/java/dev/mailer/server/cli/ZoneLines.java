// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * The records of a zone file as lines (RFC 1035 §5.1): what stands in parentheses is joined, comments and directives are left out. A
 * semicolon begins a comment where a line begins, or behind a string or a parenthesis: elsewhere it parts the tags of a record that
 * is written without quotes.
 */
final class ZoneLines {
    private final List<String> lines = new ArrayList<>();
    private final StringBuilder line = new StringBuilder();
    private int depth;
    private boolean quoted;
    private boolean comment;
    private boolean formal;

    private ZoneLines() {}

    /** @throws IllegalArgumentException a parenthesis or a quote is not closed */
    static List<String> of(String text) {
        ZoneLines reader = new ZoneLines();
        text.chars().forEach(c -> reader.take((char) c));
        reader.take('\n');
        if (reader.depth > 0) {
            throw new IllegalArgumentException("a parenthesis is not closed: a record is cut off");
        }
        return reader.lines;
    }

    private void take(char c) {
        if (c == '\n') {
            end();
        } else if (comment) {
            return;
        } else if (c == '"') {
            quoted = !quoted;
            formal = true;
            line.append(c);
        } else if (quoted) {
            line.append(c);
        } else if (c == ';' && (formal || line.toString().isBlank())) {
            comment = true;
        } else if (c == '(') {
            depth++;
            formal = true;
        } else if (c == ')') {
            depth = Math.max(0, depth - 1);
        } else {
            line.append(c);
        }
    }

    private void end() {
        if (quoted) {
            throw new IllegalArgumentException("a quote is not closed on its line");
        }
        comment = false;
        if (depth > 0) {
            line.append(' ');
            return;
        }
        String whole = line.toString().strip();
        if (!whole.isEmpty() && !whole.startsWith("$")) {
            lines.add(whole);
        }
        line.setLength(0);
        formal = false;
    }
}
