// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Places between two durable states where a test can stop the process. They do nothing unless a test sets a hook.
 *
 * <p>Public for the crash tests only.
 */
public enum KillPoint {
    /** Mail is about to be appended. */
    BEFORE_APPEND,
    /** Mail is stored; the caller does not know yet. */
    AFTER_APPEND,
    /** Deliveries are claimed; nothing is sent. */
    AFTER_CLAIM,
    /** The attempt is journalled where its policy wants that; the final dot is next. */
    BEFORE_DOT,
    /** The outcome is known and not stored. */
    BEFORE_SETTLE,
    /** The outcome is stored. */
    AFTER_SETTLE;

    private static final AtomicReference<@Nullable Consumer<KillPoint>> HOOK = new AtomicReference<>();

    /** Sets what happens at each point; null for nothing. */
    public static void hook(@Nullable Consumer<KillPoint> hook) {
        HOOK.set(hook);
    }

    void pass() {
        Consumer<KillPoint> hook = HOOK.get();
        if (hook != null) {
            hook.accept(this);
        }
    }
}
