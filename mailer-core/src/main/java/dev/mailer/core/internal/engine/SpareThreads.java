// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.ThreadFactory;

/**
 * Threads that take over from those which slow peers keep waiting: virtual ones where the runtime has such that code under a monitor does
 * not pin (JDK 24, JEP 491), which are cheap enough for thousands; platform threads elsewhere.
 */
public final class SpareThreads {
    private static final int VIRTUAL_SINCE = 24;

    private SpareThreads() {}

    /** True where there can be thousands. */
    public static boolean areVirtual() {
        return Runtime.version().feature() >= VIRTUAL_SINCE;
    }

    /** @param platform what makes them where they are not virtual */
    static ThreadFactory of(ThreadFactory platform) {
        return areVirtual() ? virtual() : platform;
    }

    /** {@code Thread.ofVirtual().name("mailer-spare-", 1).factory()}, which this code is too old for. */
    private static ThreadFactory virtual() {
        try {
            Class<?> type = Class.forName("java.lang.Thread$Builder$OfVirtual");
            Method name = type.getMethod("name", String.class, long.class);
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            return (ThreadFactory) type.getMethod("factory").invoke(name.invoke(builder, "mailer-spare-", 1L));
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | IllegalAccessException
                | InvocationTargetException e) {
            throw new IllegalStateException("this runtime has no virtual threads, though its version should", e);
        }
    }
}
