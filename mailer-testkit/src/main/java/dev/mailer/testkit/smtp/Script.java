// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Who gets which reaction: first what was asked for some times, then what was asked for always. Thread-safe. */
final class Script {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Stage, Deque<Reaction>> next = new EnumMap<>(Stage.class);
    private final Map<Stage, Reaction> always = new EnumMap<>(Stage.class);
    private final Map<String, Reaction> byRecipient = new HashMap<>();

    void always(Stage stage, Reaction reaction) {
        run(() -> always.put(stage, reaction));
    }

    void times(int times, Stage stage, Reaction reaction) {
        run(() -> {
            for (int i = 0; i < times; i++) {
                next.computeIfAbsent(stage, s -> new ArrayDeque<>()).add(reaction);
            }
        });
    }

    void recipient(String address, Reaction reaction) {
        run(() -> byRecipient.put(address.toLowerCase(Locale.ROOT), reaction));
    }

    void clear() {
        run(() -> {
            next.clear();
            always.clear();
            byRecipient.clear();
        });
    }

    @Nullable
    Reaction take(Stage stage) {
        lock.lock();
        try {
            Deque<Reaction> queue = next.get(stage);
            return queue == null || queue.isEmpty() ? always.get(stage) : queue.poll();
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Reaction takeFor(String recipient) {
        lock.lock();
        try {
            return byRecipient.get(recipient.toLowerCase(Locale.ROOT));
        } finally {
            lock.unlock();
        }
    }

    private void run(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }
}
