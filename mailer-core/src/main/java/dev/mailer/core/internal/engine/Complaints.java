// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashSet;
import java.util.Set;

/** Remembers what was complained of, so that a fault that strikes every mail is told once for each cause. Thread-safe. */
final class Complaints {
    /** Most causes remembered; beyond it all are forgotten. */
    private static final int MOST = 200;

    @GuardedBy("this")
    private final Set<String> told = new HashSet<>();

    /** True the first time something is thrown there; messages may differ from mail to mail and do not count. */
    boolean isNew(Throwable e) {
        StackTraceElement[] trace = e.getStackTrace();
        return isNew(trace.length == 0 ? e.getClass().getName() : e.getClass().getName() + " " + trace[0]);
    }

    /** True the first time. */
    synchronized boolean isNew(String cause) {
        if (told.size() >= MOST) {
            told.clear();
        }
        return told.add(cause);
    }
}
