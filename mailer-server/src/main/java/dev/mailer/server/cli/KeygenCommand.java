// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.core.EncryptionKeys;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mailer keygen}: a master key for the setting {@code encryption.key}. */
@Command(name = "keygen", description = "Prints a new random key for the setting encryption.key.")
final class KeygenCommand implements Callable<Integer> {
    private static final int MAX_VERSION = 999_999_999;

    private final Terminal terminal;

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "VERSION",
            description = "Greater than that of the key before; 1 by default.")
    private int version = 1;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    KeygenCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (version < 1 || version > MAX_VERSION) {
            throw new ParameterException(
                    spec.commandLine(), "VERSION is " + version + ", allowed are 1 to " + MAX_VERSION);
        }
        String key = EncryptionKeys.generate(version).reveal();
        if (global.json) {
            new Session(terminal, global).printJson(Map.of("key", key));
        } else {
            terminal.line(key);
        }
        return ExitCodes.OK;
    }
}
