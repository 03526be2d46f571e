// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.WebhookStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;

/** A good store that fails, or does something else, at some calls of its webhooks or events. */
final class FaultyStore {
    private FaultyStore() {}

    /** Looks at a call before it is made; may throw. Returns what the good store is to give, or changes it. */
    interface Fault {
        Object at(Method method, List<Object> arguments, Call call) throws Throwable;
    }

    /** The call on the good store. */
    interface Call {
        Object proceed() throws Throwable;
    }

    static OutboxStore of(OutboxStore good, Fault fault) {
        return wrap(OutboxStore.class, good, (method, arguments, call) -> {
            Object result = call.proceed();
            if (result instanceof WebhookStore webhooks) {
                return wrap(WebhookStore.class, webhooks, fault);
            }
            return result instanceof EventStore events ? wrap(EventStore.class, events, fault) : result;
        });
    }

    private static <T> T wrap(Class<T> type, T good, Fault fault) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, m, args) -> fault.at(m, args == null ? List.of() : java.util.Arrays.asList(args), () -> {
                    try {
                        return m.invoke(good, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                })));
    }
}
