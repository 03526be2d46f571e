// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.velocity.runtime.directive.ForeachScope;
import org.apache.velocity.runtime.directive.Scope;
import org.apache.velocity.util.introspection.Info;
import org.apache.velocity.util.introspection.SecureUberspector;
import org.apache.velocity.util.introspection.VelMethod;
import org.apache.velocity.util.introspection.VelPropertyGet;
import org.apache.velocity.util.introspection.VelPropertySet;
import org.jspecify.annotations.Nullable;

/**
 * What templates can do with a value: read maps and lists, ask a few questions of strings, and of a loop where it is. Every
 * call is one of {@link PlainCalls}; none goes through reflection, so there is no class, field or method to reach.
 */
public final class PlainUberspector extends SecureUberspector {
    /** What {@code $foreach} tells. */
    static final Set<String> LOOP = Set.of("index", "count", "first", "last", "hasNext");

    @Override
    public @Nullable Iterator<?> getIterator(Object value, Info info) {
        if (value instanceof Scope) {
            return null;
        }
        if (value instanceof Map<?, ?> map) {
            return map.values().iterator();
        }
        return value instanceof Collection<?> collection ? collection.iterator() : null;
    }

    @Override
    public @Nullable VelMethod getMethod(Object target, String name, Object @Nullable [] arguments, Info info) {
        int count = arguments == null ? 0 : arguments.length;
        return PlainCalls.has(target, name, count) ? new Call(name) : null;
    }

    @Override
    public @Nullable VelPropertyGet getPropertyGet(Object target, String name, Info info) {
        boolean readable;
        if (target instanceof Scope) {
            // A map of Velocity's own, and more than that.
            readable = target instanceof ForeachScope && LOOP.contains(name);
        } else {
            readable = target instanceof Map<?, ?>
                    || (target instanceof Map.Entry<?, ?> && (name.equals("key") || name.equals("value")));
        }
        return readable ? new Property(name) : null;
    }

    /** Nothing can be changed. */
    @Override
    public @Nullable VelPropertySet getPropertySet(Object target, String name, Object value, Info info) {
        return null;
    }

    /** The message without the field that it starts with. */
    static String withoutField(InvalidEmailException e) {
        String message = String.valueOf(e.getMessage());
        String prefix = e.field() + ": ";
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }

    private record Call(String name) implements VelMethod {
        @Override
        public @Nullable Object invoke(Object target, Object @Nullable [] arguments) {
            return PlainCalls.call(target, name, arguments == null ? List.of() : Arrays.asList(arguments));
        }

        @Override
        public boolean isCacheable() {
            return true;
        }

        @Override
        public String getMethodName() {
            return name;
        }

        @Override
        public @Nullable Method getMethod() {
            return null;
        }

        @Override
        public Class<?> getReturnType() {
            return Object.class;
        }
    }

    private record Property(String name) implements VelPropertyGet {
        @Override
        public @Nullable Object invoke(Object target) {
            if (target instanceof ForeachScope loop) {
                return switch (name) {
                    case "index" -> loop.getIndex();
                    case "count" -> loop.getCount();
                    case "first" -> loop.isFirst();
                    case "last" -> loop.isLast();
                    default -> loop.hasNext();
                };
            }
            if (target instanceof Map<?, ?> map) {
                return map.get(name);
            }
            if (target instanceof Map.Entry<?, ?> entry) {
                return name.equals("key") ? entry.getKey() : entry.getValue();
            }
            return null;
        }

        @Override
        public boolean isCacheable() {
            return true;
        }

        @Override
        public String getMethodName() {
            return name;
        }
    }
}
