// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.core.Stores;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mailer ddl}: the schema of the ledger, for those whose account may not create tables. */
@Command(
        name = "ddl",
        description = "Prints the statements that create the ledger's tables, for an account that may run them.")
final class DdlCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "DATABASE",
            description = "sqlite, postgresql, mariadb or h2; without one, that of the setting 'store'.")
    private @Nullable String database;

    DdlCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Session session = new Session(terminal, global);
        String script =
                Stores.ddl(database == null ? ofStore(session.settings().mail().store()) : database);
        if (global.json) {
            session.printJson(Map.of("ddl", script));
        } else {
            terminal.out().print(script);
        }
        return ExitCodes.OK;
    }

    /** The database that an address names, as in {@code jdbc:postgresql://host/mail}. */
    private static String ofStore(String store) {
        String kind = store.startsWith("jdbc:") ? store.substring("jdbc:".length()) : store;
        int colon = kind.indexOf(':');
        return colon < 0 ? kind : kind.substring(0, colon);
    }
}
