// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which domains take mail without keeping a slot waiting, as far as this process has seen, and to which of them calls are aside. Guarded by
 * the dispatcher's lock.
 */
final class Quickness {
    /** Domains that are remembered; the one not used for longest is forgotten. */
    private static final int MOST = 10_000;
    /** Calls to one domain that may be aside; then no more is begun. */
    static final int ASIDE = 8;
    /** The same while there are many; then the room is for domains that nobody has tried. */
    private static final int ASIDE_IN_CROWD = 1;
    /** So many calls that are aside are many. */
    static final int CROWD = 100;

    private final Map<String, Boolean> quick = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST;
        }
    };
    private final Map<String, Integer> aside = new HashMap<>();
    private int allAside;

    boolean isQuick(String domain) {
        return quick.get(domain) != null;
    }

    void wasQuick(String domain) {
        quick.put(domain, true);
    }

    void wasSlow(String domain) {
        quick.remove(domain);
    }

    /** True when so much is under way to a slow domain that no more is to be begun. */
    boolean isFull(String domain) {
        return aside.getOrDefault(domain, 0) >= (allAside < CROWD ? ASIDE : ASIDE_IN_CROWD);
    }

    /** A call goes on aside. */
    void setAside(String domain) {
        wasSlow(domain);
        aside.merge(domain, 1, Integer::sum);
        allAside++;
    }

    /** One that was aside has ended. */
    void ended(String domain) {
        aside.computeIfPresent(domain, (d, n) -> n == 1 ? null : n - 1);
        allAside--;
    }
}
