// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store.memory;

import java.util.ArrayDeque;
import java.util.Deque;

/** How to take back what the transaction at hand has written. Guarded by the store's lock. */
final class UndoLog {
    private final Deque<Runnable> steps = new ArrayDeque<>();
    private boolean recording;

    boolean isRecording() {
        return recording;
    }

    void begin() {
        recording = true;
    }

    /** Remembers a step; without a transaction the write holds at once and there is nothing to remember. */
    void add(Runnable step) {
        if (recording) {
            steps.push(step);
        }
    }

    void commit() {
        recording = false;
        steps.clear();
    }

    void rollback() {
        recording = false;
        while (!steps.isEmpty()) {
            steps.pop().run();
        }
    }
}
