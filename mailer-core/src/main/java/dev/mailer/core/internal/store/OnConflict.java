// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/** Inserts of one row for databases that know {@code on conflict}. */
final class OnConflict {
    private OnConflict() {}

    static boolean insertNew(Statements statements, TableRows row) throws SQLException {
        return statements
                        .sql(row.insert() + " on conflict do nothing")
                        .withRow(row, 0)
                        .update()
                > 0;
    }

    static List<Boolean> insertNewRows(Statements statements, TableRows rows) throws SQLException {
        Bound b = statements.sql(rows.insert() + " on conflict do nothing");
        for (int i = 0; i < rows.count(); i++) {
            b.withRow(rows, i).addBatch();
        }
        return Arrays.stream(b.executeBatch()).mapToObj(count -> count > 0).toList();
    }

    static void upsert(Statements statements, TableRows rows, int keyColumns) throws SQLException {
        List<String> names = rows.columns().stream().map(TableRows.Column::name).toList();
        String key = String.join(", ", names.subList(0, keyColumns));
        List<String> set = names.stream()
                .skip(keyColumns)
                .map(name -> name + " = excluded." + name)
                .toList();
        statements
                .sql(rows.insert() + " on conflict (" + key + ") do update set " + String.join(", ", set))
                .updateRows(rows);
    }
}
