// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import org.jspecify.annotations.Nullable;

/** A part of the mailer that plugins get before it runs, and can use once it does. Thread-safe. */
final class Late<T> {
    private volatile @Nullable T part;

    void open(T ofRunning) {
        this.part = ofRunning;
    }

    boolean isOpen() {
        return part != null;
    }

    /** @throws IllegalStateException before the mailer runs */
    T get() {
        T opened = part;
        if (opened == null) {
            throw new IllegalStateException("the mailer is not running yet");
        }
        return opened;
    }
}
