// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server;

import dev.mailer.server.cli.CommandLineProgram;
import dev.mailer.server.cli.Terminal;

/** The program: reads the arguments, runs the command, ends with its exit code. */
public final class ServerMain {
    private ServerMain() {}

    public static void main(String[] args) {
        System.exit(new CommandLineProgram(Terminal.system()).run(args));
    }
}
