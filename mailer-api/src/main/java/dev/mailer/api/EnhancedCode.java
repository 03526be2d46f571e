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
        String word = end < 0 ? text : text.substring(0, end);
        if (word.length() > 9) {
            return null;
        }
        String[] parts = word.split("\\.", -1);
        if (parts.length != 3
                || !parts[0].matches("[245]")
                || !parts[1].matches("\\d{1,3}")
                || !parts[2].matches("\\d{1,3}")) {
            return null;
        }
        return new EnhancedCode(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    @Override
    public String toString() {
        return statusClass + "." + subject + "." + detail;
    }
}
