// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import org.jspecify.annotations.Nullable;

/**
 * How the first tables come into a database whose transactions undo what they have created; the statements are Flyway's own, so that it
 * finds what it would have made.
 *
 * @param lock keeps others who begin as well waiting until the end of the transaction; null where there are none
 * @param isEmpty 1 where the schema has nothing in it
 * @param sharesSchema whether the ledger may begin beside tables of others
 * @param history creates the history
 * @param user an expression for who is connected
 */
record NewLedger(@Nullable String lock, String isEmpty, boolean sharesSchema, String history, String user) {
    private static final NewLedger POSTGRESQL = new NewLedger("""
            set local lock_timeout = '10s';
            do $$ begin perform pg_advisory_xact_lock(7881699218243657730); end $$
            """, """
            select case when exists (
                select 1 from pg_catalog.pg_class c
                    left join pg_catalog.pg_depend d on d.objid = c.oid and d.deptype = 'e'
                    where c.relnamespace = current_schema()::regnamespace and d.objid is null and c.relkind in ('r', 'v', 'S', 't')
                union all
                select 1 from pg_catalog.pg_type t
                    left join pg_catalog.pg_depend d on d.objid = t.oid and d.deptype = 'e'
                    where t.typnamespace = current_schema()::regnamespace and d.objid is null and t.typcategory not in ('A', 'C')
                union all
                select 1 from pg_catalog.pg_proc p
                    left join pg_catalog.pg_depend d on d.objid = p.oid and d.deptype = 'e'
                    where p.pronamespace = current_schema()::regnamespace and d.objid is null
            ) then 0 else 1 end
            """, true, """
            create table "mailer_schema_history" (
                "installed_rank" int not null,
                "version" varchar(50),
                "description" varchar(200) not null,
                "type" varchar(20) not null,
                "script" varchar(1000) not null,
                "checksum" integer,
                "installed_by" varchar(100) not null,
                "installed_on" timestamp not null default now(),
                "execution_time" integer not null,
                "success" boolean not null
            );
            alter table "mailer_schema_history" add constraint "mailer_schema_history_pk" primary key ("installed_rank");
            create index "mailer_schema_history_s_idx" on "mailer_schema_history" ("success")
            """, "current_user");

    /** One process has the file, and nobody else's tables are in it. */
    private static final NewLedger SQLITE =
            new NewLedger(null, "select count(*) = 0 from sqlite_master", false, """
            CREATE TABLE "main"."mailer_schema_history" (
                "installed_rank" INT NOT NULL PRIMARY KEY,
                "version" VARCHAR(50),
                "description" VARCHAR(200) NOT NULL,
                "type" VARCHAR(20) NOT NULL,
                "script" VARCHAR(1000) NOT NULL,
                "checksum" INT,
                "installed_by" VARCHAR(100) NOT NULL,
                "installed_on" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f','now')),
                "execution_time" INT NOT NULL,
                "success" BOOLEAN NOT NULL
            );
            CREATE INDEX "main"."mailer_schema_history_s_idx" ON "mailer_schema_history" ("success");
            """, "''");

    /** Null where a script that fails leaves behind what it has created. */
    static @Nullable NewLedger of(String database) {
        return switch (database) {
            case "postgresql" -> POSTGRESQL;
            case "sqlite" -> SQLITE;
            default -> null;
        };
    }
}
