// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.MailerConfigException;
import java.util.List;

/**
 * The migrations of a database as one script, for an owner to run. It ends by writing into the history that the schema is there, as a
 * baseline of its version, so that the store finds nothing to be done.
 */
public final class SchemaScript {
    static final String VERSION = String.valueOf(Migration.LATEST);

    private static final List<String> DATABASES = List.of("sqlite", "postgresql", "mariadb", "h2");

    private SchemaScript() {}

    /**
     * The script for one database.
     *
     * @throws MailerConfigException there is no such database
     */
    public static String of(String database) {
        if (!DATABASES.contains(database)) {
            throw new MailerConfigException(
                    "store",
                    "'" + database + "' is no database with a schema; known are " + String.join(", ", DATABASES));
        }
        StringBuilder script = new StringBuilder("-- The schema of the mailer's ledger for " + database + ", version "
                + VERSION + ". It is run once, on a database that has no ledger yet.\n" + rights(database) + "\n");
        for (Migration migration : Migration.of(database)) {
            script.append(migration.sql().strip()).append("\n\n");
        }
        return script.append(history(database)).toString();
    }

    private static String rights(String database) {
        return switch (database) {
            case "postgresql" ->
                "-- The mailer's account needs: select, insert, update, delete on all tables below, usage on mailer_id_seq.\n";
            case "mariadb" ->
                "-- The mailer's account needs: select, insert, update, delete on all tables below and on mailer_id_seq.\n";
            case "h2" ->
                "-- For tests and demos only. The mailer's account needs: select, insert, update, delete on all tables below.\n";
            default -> "";
        };
    }

    private static String history(String database) {
        return "-- What is there, for whoever opens it: nothing is to be migrated up to this version.\n"
                + historyTable(database) + ";\n"
                + quoted(database, """
                insert into #%s# (#installed_rank#, #version#, #description#, #type#, #script#, #installed_by#, #execution_time#, #success#)
                    values (1, '%s', 'mailer ddl', 'BASELINE', 'mailer ddl', 'mailer ddl', 0, true);
                """.formatted(SchemaHistory.TABLE, VERSION));
    }

    /** The table as Flyway makes it, whose names are in lower case whatever the database does with names; nothing where it is there. */
    static String historyTable(String database) {
        return quoted(database, """
                create table if not exists #%s# (
                    #installed_rank# integer       not null primary key,
                    #version#        varchar(50),
                    #description#    varchar(200)  not null,
                    #type#           varchar(20)   not null,
                    #script#         varchar(1000) not null,
                    #checksum#       integer,
                    #installed_by#   varchar(100)  not null,
                    #installed_on#   timestamp     not null default current_timestamp,
                    #execution_time# integer       not null,
                    #success#        boolean       not null
                )""".formatted(SchemaHistory.TABLE));
    }

    private static String quoted(String database, String sql) {
        return sql.replace('#', database.equals("mariadb") ? '`' : '"');
    }
}
