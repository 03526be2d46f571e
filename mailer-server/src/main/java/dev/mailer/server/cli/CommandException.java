// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

/** Ends a command with a message for people and an exit code. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int exitCode;

    CommandException(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
