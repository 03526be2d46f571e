// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import java.util.Collection;
import java.util.Locale;

/** Says which name was probably meant. */
final class Nearest {
    private Nearest() {}

    /** {@code ; did you mean 'total'?}, or all names when none is near. */
    static String hint(String given, Collection<String> names) {
        String nearest = "";
        int least = Math.max(1, given.length() / 3) + 1;
        for (String name : names) {
            int distance = distance(given, name);
            if (distance < least) {
                nearest = name;
                least = distance;
            }
        }
        if (!nearest.isEmpty()) {
            return "; did you mean '" + nearest + "'?";
        }
        return names.isEmpty() ? "" : "; it has " + String.join(", ", names);
    }

    /** Levenshtein's, with two letters that changed places as one change; capitals count for nothing. */
    private static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
