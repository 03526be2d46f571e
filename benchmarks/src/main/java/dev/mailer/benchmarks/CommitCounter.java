// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.spi.NewMessage;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.OutboxTransaction;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A store that counts the commits which append, and the mails in them, and remembers a mail as the engine encoded it. */
final class CommitCounter {
    private final OutboxStore store;
    private volatile long commits;
    private volatile long mails;
    private volatile @Nullable NewMessage last;

    CommitCounter(OutboxStore store) {
        this.store = store;
    }

    OutboxStore counting() {
        return (OutboxStore) Proxy.newProxyInstance(
                OutboxStore.class.getClassLoader(), new Class<?>[] {OutboxStore.class}, (proxy, method, args) -> {
                    if (method.getName().equals("transact")) {
                        return store.transact(watched(args[0]));
                    }
                    return call(store, method, args);
                });
    }

    long commits() {
        return commits;
    }

    long mails() {
        return mails;
    }

    NewMessage last() {
        NewMessage message = last;
        if (message == null) {
            throw new IllegalStateException("nothing was appended yet");
        }
        return message;
    }

    @SuppressWarnings("unchecked")
    private Function<OutboxTransaction, Object> watched(Object work) {
        Function<OutboxTransaction, Object> step = (Function<OutboxTransaction, Object>) work;
        return tx -> {
            boolean[] appended = new boolean[1];
            Object result = step.apply((OutboxTransaction) Proxy.newProxyInstance(
                    OutboxTransaction.class.getClassLoader(),
                    new Class<?>[] {OutboxTransaction.class},
                    (proxy, method, args) -> {
                        if (method.getName().equals("append")) {
                            List<NewMessage> messages = (List<NewMessage>) args[0];
                            last = messages.get(messages.size() - 1);
                            mails += messages.size();
                            appended[0] = true;
                        }
                        return call(tx, method, args);
                    }));
            // One thread writes, so the counters need no lock.
            if (appended[0]) {
                commits++;
            }
            return result;
        };
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
