// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

/** Ends a command with a message for people and an exit code. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int exitCode;
    private final boolean passing;

    CommandException(int exitCode, String message) {
        this(exitCode, message, exitCode == ExitCodes.UNAVAILABLE);
    }

    private CommandException(int exitCode, String message, boolean passing) {
        super(message, null, false, false);
        this.exitCode = exitCode;
        this.passing = passing;
    }

    /** What was asked for may have been done, and nobody said so. */
    static CommandException inDoubt(String message) {
        return new CommandException(
                ExitCodes.FAILED, message + "; what was asked for may have been done all the same", true);
    }

    /** The same may succeed later. */
    boolean isPassing() {
        return passing;
    }

    int exitCode() {
        return exitCode;
    }
}
