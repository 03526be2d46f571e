// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Ends of entries of the suppression list; null is for good. */
public final class Ends {
    private Ends() {}

    /** Whether what ends then holds longer than another. */
    public static boolean isLater(@Nullable Instant end, @Nullable Instant other) {
        return other != null && (end == null || end.isAfter(other));
    }
}
