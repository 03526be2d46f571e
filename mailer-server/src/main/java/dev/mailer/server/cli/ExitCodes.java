// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

/** How the program ends; documented in {@code docs/cli.md}. */
final class ExitCodes {
    static final int OK = 0;
    /** Something went wrong, or a mail ended without being sent. */
    static final int FAILED = 1;
    /** The arguments, the settings or the mail are wrong. */
    static final int USAGE = 2;
    /** Nothing was done: no server, no right, or overload. */
    static final int UNAVAILABLE = 3;

    static final int NOT_FOUND = 4;
    /** The mail is accepted, and not done within the time to wait. */
    static final int PENDING = 5;

    private ExitCodes() {}

    static int ofStatus(int httpStatus) {
        return switch (httpStatus) {
            case 400, 409, 413, 415, 422 -> USAGE;
            case 401, 403, 429, 503 -> UNAVAILABLE;
            case 404 -> NOT_FOUND;
            default -> FAILED;
        };
    }
}
