// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many requests there may be at a time, and how many of those by each {@link Standing}, so that endpoints that hang never have all. Thread-safe. */
final class Places {
    private final int most;

    /** Of each standing together with those that are worse. */
    @GuardedBy("this")
    private final Map<Standing, Integer> taken = new EnumMap<>(Standing.class);

    /** @param most four or more */
    Places(int most) {
        this.most = most;
    }

    /** Takes a place and returns null; where there is none for it, returns of which standing, or worse, those are that have them. */
    synchronized @Nullable Standing take(Standing standing) {
        for (Standing other : Standing.values()) {
            if (other.compareTo(standing) <= 0 && taken.getOrDefault(other, 0) >= most * other.quarters / 4) {
                return other;
            }
        }
        add(standing, 1);
        return null;
    }

    synchronized void free(Standing standing) {
        add(standing, -1);
    }

    @GuardedBy("this")
    private void add(Standing standing, int change) {
        for (Standing other : Standing.values()) {
            if (other.compareTo(standing) <= 0) {
                taken.merge(other, change, Integer::sum);
            }
        }
    }
}
