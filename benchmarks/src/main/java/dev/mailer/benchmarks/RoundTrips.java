// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;

/** A connection that counts what it sends and waits for: each execution of a statement or batch. */
final class RoundTrips {
    private final Connection counted;
    private long count;

    RoundTrips(Connection connection) {
        this.counted = proxy(Connection.class, connection);
    }

    Connection connection() {
        return counted;
    }

    long count() {
        return count;
    }

    private <T> T proxy(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> invoke(target, method, arguments)));
    }

    private Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        if (target instanceof Statement && method.getName().startsWith("execute")) {
            count++;
        }
        Object result;
        try {
            result = method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        if (result instanceof CallableStatement) {
            throw new IllegalStateException("callable statements are not counted");
        }
        if (result instanceof PreparedStatement statement) {
            return proxy(PreparedStatement.class, statement);
        }
        return result instanceof Statement statement ? proxy(Statement.class, statement) : result;
    }
}
