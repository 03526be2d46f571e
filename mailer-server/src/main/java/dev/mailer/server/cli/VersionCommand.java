// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mailer version}. */
@Command(name = "version", description = "Prints the version of the program and of Java.")
final class VersionCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    VersionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        String java = String.valueOf(Runtime.version());
        if (global.json) {
            new Session(terminal, global).printJson(Map.of("version", version(), "java", java));
        } else {
            terminal.line("mailer " + version() + ", Java " + java);
        }
        return ExitCodes.OK;
    }

    static String version() {
        Properties properties = new Properties();
        try (InputStream in = VersionCommand.class.getResourceAsStream("/dev/mailer/server/version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version", "unknown");
    }
}
