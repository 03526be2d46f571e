// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.server.config.Settings;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mailer config}: the settings in effect. */
@Command(
        name = "config",
        description = "Checks the settings and prints those in effect, without secrets, and where each comes from.")
final class ConfigCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    ConfigCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Session session = new Session(terminal, global);
        Settings settings = session.settings();
        settings.warnings().forEach(terminal::note);
        if (session.json()) {
            session.printJson(Map.of("data", settings.shown()));
        } else {
            settings.shown()
                    .forEach(s -> terminal.line(String.format("%-28s = %-40s # %s", s.key(), s.value(), s.origin())));
        }
        return ExitCodes.OK;
    }
}
