// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.log;

import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;

/**
 * An exception without its message, for logs above DEBUG and for health: what servers, databases and templates say in theirs
 * can hold an address.
 */
public final class Causes {
    private static final int DEEPEST = 5;
    private static final Pattern SQLITE = Pattern.compile("\\[(SQLITE_[A-Z_]{1,40})]");

    private Causes() {}

    /** As {@link #of(Throwable)}, each with the place it was thrown at; the whole of it goes to DEBUG. */
    public static String of(Throwable thrown, Logger log) {
        log.debug("in full", thrown);
        return text(thrown, true);
    }

    /** The kinds of an exception and its causes, with the codes that databases give. */
    public static String of(Throwable thrown) {
        return text(thrown, false);
    }

    /** SQLite has no SQL states; its messages begin with the name of their code. */
    private static String code(SQLException sql) {
        Matcher name = SQLITE.matcher(String.valueOf(sql.getMessage()));
        return name.lookingAt() ? name.group(1) : String.valueOf(sql.getErrorCode());
    }

    private static String text(Throwable thrown, boolean places) {
        StringBuilder text = new StringBuilder();
        Throwable cause = thrown;
        for (int i = 0; cause != null && i < DEEPEST; i++) {
            text.append(i == 0 ? "" : ", caused by ").append(cause.getClass().getName());
            if (cause instanceof SQLException sql) {
                text.append(" (SQL state ").append(sql.getSQLState());
                text.append(", code ").append(code(sql)).append(')');
            }
            StackTraceElement[] trace = cause.getStackTrace();
            if (places && trace.length > 0) {
                text.append(" at ").append(trace[0]);
            }
            cause = cause.getCause();
        }
        return text.toString();
    }
}
