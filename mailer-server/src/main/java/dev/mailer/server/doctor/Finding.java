// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.doctor;

import org.jspecify.annotations.Nullable;

/**
 * What one check came to. No secret is in it.
 *
 * @param check what was looked at
 * @param text what was seen
 * @param advice what to do; null when nothing needs to be done
 */
public record Finding(
        Level level, String check, String text, @Nullable String advice) {
    /** How bad it is. */
    public enum Level {
        OK,
        /** It works, and will or may not go on to. */
        WARNING,
        /** It does not work. */
        PROBLEM
    }

    static Finding ok(String check, String text) {
        return new Finding(Level.OK, check, text, null);
    }

    static Finding warning(String check, String text, String advice) {
        return new Finding(Level.WARNING, check, text, advice);
    }

    static Finding problem(String check, String text, String advice) {
        return new Finding(Level.PROBLEM, check, text, advice);
    }
}
