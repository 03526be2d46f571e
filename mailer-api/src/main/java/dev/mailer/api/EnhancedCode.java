// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import org.jspecify.annotations.Nullable;

/** An enhanced mail system status code, such as {@code 5.1.1} (RFC 3463 §2): class 2, 4 or 5, subject and detail 0 to 999. */
public record EnhancedCode(int statusClass, int subject, int detail) {
    public EnhancedCode {
        if (statusClass != 2 && statusClass != 4 && statusClass != 5) {
            throw new IllegalArgumentException("class " + statusClass + " is not 2, 4 or 5");
        }
        if (subject < 0 || subject > 999 || detail < 0 || detail > 999) {
            throw new IllegalArgumentException("subject and detail must be 0 to 999: " + subject + "." + detail);
        }
    }

    /** Reads {@code text} up to its first blank as a code; null when it is none. */
    public static @Nullable EnhancedCode find(String text) {
        int end = text.indexOf(' ');
        int length = end < 0 ? text.length() : end;
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        if (first != 1 || second < 0) {
            return null;
        }
        int statusClass = number(text, 0, first);
        int subject = number(text, first + 1, second);
        int detail = number(text, second + 1, length);
        boolean known = statusClass == 2 || statusClass == 4 || statusClass == 5;
        return known && subject >= 0 && detail >= 0 ? new EnhancedCode(statusClass, subject, detail) : null;
    }

    /** One to three digits as a number; -1 for anything else. */
    private static int number(String text, int from, int to) {
        if (to <= from || to - from > 3) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = 10 * value + c - '0';
        }
        return value;
    }

    @Override
    public String toString() {
        return statusClass + "." + subject + "." + detail;
    }
}
