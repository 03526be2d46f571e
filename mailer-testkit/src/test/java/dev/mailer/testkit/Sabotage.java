// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import dev.mailer.api.spi.ContentStore;
import dev.mailer.api.spi.EventStore;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import dev.mailer.api.spi.SuppressionStore;
import dev.mailer.api.spi.WebhookStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Makes a good store do one thing wrong. */
public final class Sabotage {
    private final String method;
    private final Fault fault;

    /** What is done instead of the call. */
    @FunctionalInterface
    public interface Fault {
        Object instead(Call call) throws Throwable;
    }

    /** A call of the sabotaged method on the good object. */
    public record Call(Object target, Method method, List<Object> args) {
        public Object proceed() throws Throwable {
            try {
                return method.invoke(target, args.toArray());
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        /** The same call with another argument. */
        public Call with(int index, Object value) {
            List<Object> changed = new ArrayList<>(args);
            changed.set(index, value);
            return new Call(target, method, changed);
        }

        public <T> T arg(int index, Class<T> type) {
            return type.cast(args.get(index));
        }
    }

    /** Sabotages a method, named as {@code Interface.method}. */
    public Sabotage(String method, Fault fault) {
        this.method = method;
        this.fault = fault;
    }

    public OutboxStore of(OutboxStore good) {
        return wrap(OutboxStore.class, good);
    }

    private <T> T wrap(Class<T> type, T good) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, m, args) -> {
            Call call = new Call(good, m, args == null ? List.of() : Arrays.asList(args));
            if (method.equals(type.getSimpleName() + "." + m.getName())) {
                return fault.instead(call);
            }
            Object result = call.args().size() == 1 && call.args().get(0) instanceof Function<?, ?> work
                    ? call.with(0, (Function<OutboxTransaction, Object>) tx -> apply(work, tx))
                            .proceed()
                    : call.proceed();
            return wrapped(result);
        }));
    }

    @SuppressWarnings("unchecked")
    private Object apply(Function<?, ?> work, OutboxTransaction tx) {
        return ((Function<OutboxTransaction, Object>) work).apply(wrap(OutboxTransaction.class, tx));
    }

    private Object wrapped(Object result) {
        if (result instanceof ContentStore store) {
            return wrap(ContentStore.class, store);
        }
        if (result instanceof SuppressionStore store) {
            return wrap(SuppressionStore.class, store);
        }
        if (result instanceof WebhookStore store) {
            return wrap(WebhookStore.class, store);
        }
        return result instanceof EventStore store ? wrap(EventStore.class, store) : result;
    }
}
