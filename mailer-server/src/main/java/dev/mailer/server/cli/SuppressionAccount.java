// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.server.cli.MergeAccount.RowError;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What became of each row of an import, counted. Not thread-safe. */
final class SuppressionAccount {
    /** So many are kept for the answer in JSON; all are told when they come. */
    static final int MOST_ERRORS = 1_000;

    private final List<RowError> errors = new ArrayList<>();
    private long added;
    private long replaced;
    private long invalid;

    void stored(long isNew, long isNot) {
        added += isNew;
        replaced += isNot;
    }

    void refuse(RowError error) {
        invalid++;
        if (errors.size() < MOST_ERRORS) {
            errors.add(error);
        }
    }

    long invalid() {
        return invalid;
    }

    long rows() {
        return added + replaced + invalid;
    }

    /** {@code rows 5 = added 3 + replaced 1 + invalid 1}. */
    String text() {
        return "rows " + rows() + " = added " + added + " + replaced " + replaced + " + invalid " + invalid;
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("rows", rows())
                .put("added", added)
                .put("replaced", replaced)
                .put("invalid", invalid);
        ArrayNode list = json.putArray("errors");
        errors.forEach(e -> list.addObject().put("line", e.line()).put("reason", e.reason()));
        return json;
    }
}
