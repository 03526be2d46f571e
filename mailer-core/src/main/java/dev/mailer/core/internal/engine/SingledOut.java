// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The messages whose recipients turned out to need submissions of their own, the latest of them. Thread-safe. */
final class SingledOut {
    private static final int MOST = 10_000;

    private final Set<Long> keys = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
            return size() > MOST;
        }
    }));

    void add(long messageKey) {
        keys.add(messageKey);
    }

    boolean has(long messageKey) {
        return keys.contains(messageKey);
    }
}
