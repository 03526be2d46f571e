// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.MailerConfigException;
import java.sql.SQLException;
import java.util.Arrays;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/**
 * Brings the schema up to date, with a history table of our own, so that the host's migrations stay apart. Where nothing is to be
 * done, an account that may not change the schema is enough. Flyway is only asked where {@link SchemaHistory} does not know better: it
 * costs a cold process more time than all else that a mailer does at its start.
 */
final class Migrations {
    private static final String HISTORY = SchemaHistory.TABLE;

    private Migrations() {}

    static void run(DataSource source, Dialect dialect) {
        if (SchemaHistory.reachesLatest(source, dialect)) {
            return;
        }
        Flyway flyway = Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(source)
                .locations("classpath:" + Migration.folder(dialect.name()))
                .failOnMissingLocations(true)
                .table(HISTORY)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load();
        try {
            flyway.migrate();
        } catch (FlywayException e) {
            SQLException sql = driverError(e);
            if (sql != null && String.valueOf(sql.getSQLState()).startsWith("08")) {
                throw new MailerConfigException("store", "the database cannot be reached: " + sql.getMessage(), e);
            }
            if (sql != null && isForbidden(sql)) {
                throw new MailerConfigException(
                        "store",
                        "the account may not create or change the tables of the ledger (" + sql.getMessage()
                                + "); have its owner run what 'mailer ddl " + dialect.name()
                                + "' or Stores.ddl(\"" + dialect.name()
                                + "\") gives, and grant this account the rights that it names",
                        e);
            }
            throw new MailerConfigException(
                    "store", "the schema could not be brought up to date: " + e.getMessage() + remedy(flyway), e);
        }
    }

    /** Where a script is not one transaction, the history has a row of one that failed, and nothing goes on while it is there. */
    private static String remedy(Flyway flyway) {
        try {
            return Arrays.stream(flyway.info().applied())
                            .anyMatch(m -> m.getState().isFailed())
                    ? "; a migration failed half-way: mend its cause, run 'delete from " + HISTORY
                            + " where success = 0' and start again"
                    : "";
        } catch (FlywayException e) {
            return "";
        }
    }

    private static @Nullable SQLException driverError(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    /** PostgreSQL's SQL state, MariaDB's codes (database, table, column, statement), H2's code. */
    private static boolean isForbidden(SQLException e) {
        return switch (e.getErrorCode()) {
            case 1044, 1142, 1143, 1227, 90096 -> true;
            default -> "42501".equals(e.getSQLState());
        };
    }
}
