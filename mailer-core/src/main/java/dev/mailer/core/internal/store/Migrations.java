// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.MailerConfigException;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings the schema up to date, with a history table of our own, so that the host's migrations stay apart. */
final class Migrations {
    private static final String HISTORY = "mailer_schema_history";

    private Migrations() {}

    static void run(DataSource source, Dialect dialect) {
        try {
            Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(source)
                    .locations("classpath:dev/mailer/core/migration/" + dialect.name())
                    .failOnMissingLocations(true)
                    .table(HISTORY)
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            Throwable cause = e.getCause();
            if (cause instanceof SQLException sql
                    && String.valueOf(sql.getSQLState()).startsWith("08")) {
                throw new MailerConfigException("store", "the database cannot be reached: " + sql.getMessage(), e);
            }
            throw new MailerConfigException(
                    "store", "the schema could not be brought up to date: " + e.getMessage(), e);
        }
    }
}
