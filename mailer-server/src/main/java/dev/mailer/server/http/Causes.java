// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import java.sql.SQLException;

/** An exception without its message, which can hold an address: its kinds, its places and a database's codes. */
final class Causes {
    private static final int DEEPEST = 5;

    private Causes() {}

    static String of(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        Throwable cause = thrown;
        for (int i = 0; cause != null && i < DEEPEST; i++) {
            text.append(i == 0 ? "" : ", caused by ").append(cause.getClass().getName());
            if (cause instanceof SQLException sql) {
                text.append(" (SQL state ").append(sql.getSQLState());
                text.append(", code ").append(sql.getErrorCode()).append(')');
            }
            StackTraceElement[] trace = cause.getStackTrace();
            text.append(trace.length == 0 ? "" : " at " + trace[0]);
            cause = cause.getCause();
        }
        return text.toString();
    }
}
