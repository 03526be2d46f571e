// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.api.Address;
import dev.mailer.api.InvalidEmailException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Makes the mail of a row: the flags' mail, the address of one column, and all columns as variables of the template. */
final class MergeMail {
    private final ObjectNode flags;
    private final List<String> columns;
    private final int to;
    private final String campaign;
    private final String rememberedUntil;

    /** @param flags what all mails have, the template among it */
    MergeMail(ObjectNode flags, List<String> columns, String columnTo, String campaign, Instant rememberedUntil) {
        this.flags = flags;
        this.columns = columns;
        this.to = columns.indexOf(columnTo);
        this.campaign = campaign;
        this.rememberedUntil = rememberedUntil.toString();
        if (to < 0) {
            throw usage("--column-to: there is no column '" + columnTo + "'; there are " + String.join(", ", columns));
        }
        for (String column : columns) {
            if (column.startsWith(".") || column.endsWith(".") || column.contains("..")) {
                throw usage("the column '" + column + "' has an empty part between its dots; rename it");
            }
            for (String other : columns) {
                if (other.startsWith(column + ".")) {
                    throw usage("the columns '" + column + "' and '" + other
                            + "' exclude each other: a variable has a value or parts; rename one");
                }
            }
        }
    }

    /** A row that cannot become a mail. */
    static final class RowException extends Exception {
        private static final long serialVersionUID = 1L;
        private final @Nullable String column;

        RowException(@Nullable String column, String reason) {
            super(reason, null, false, false);
            this.column = column;
        }

        @Nullable
        String column() {
            return column;
        }
    }

    /** Who a row is for; null when it is for nobody. */
    @Nullable
    Address recipient(List<String> values) throws RowException {
        if (values.size() != columns.size()) {
            throw new RowException(
                    null, "has " + values.size() + " columns, but the first row names " + columns.size());
        }
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i).indexOf('\uFFFD') >= 0) {
                throw new RowException(columns.get(i), "is not UTF-8; save the file as UTF-8");
            }
        }
        String cell = values.get(to);
        if (cell.isBlank()) {
            return null;
        }
        try {
            return Address.parse(cell);
        } catch (InvalidEmailException e) {
            throw new RowException(columns.get(to), reason(e));
        }
    }

    ObjectNode mail(Address recipient, List<String> values) {
        ObjectNode mail = flags.deepCopy();
        mail.put("to", recipient.toString());
        mail.put("idempotency_key", "merge:" + Hashes.of(campaign + "\n" + recipient.key()));
        mail.put("idempotency_until", rememberedUntil);
        ObjectNode variables = mail.withObject("/template/variables");
        for (int i = 0; i < values.size(); i++) {
            put(variables, columns.get(i), values.get(i));
        }
        return mail;
    }

    /** A dot in the name of a column leads into a variable with parts. */
    private static void put(ObjectNode variables, String column, String value) {
        ObjectNode at = variables;
        int from = 0;
        for (int dot = column.indexOf('.'); dot >= 0; dot = column.indexOf('.', from)) {
            String part = column.substring(from, dot);
            at = at.get(part) instanceof ObjectNode inner ? inner : at.putObject(part);
            from = dot + 1;
        }
        at.put(column.substring(from), value);
    }

    private static String reason(InvalidEmailException e) {
        String message = String.valueOf(e.getMessage());
        String prefix = e.field() + ": ";
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }

    private static CommandException usage(String message) {
        return new CommandException(ExitCodes.USAGE, message);
    }
}
