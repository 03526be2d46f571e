// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The shapes a template may see: maps, lists, strings, numbers, booleans and null; never an object with methods of its own. */
final class Variables {
    static final int MAX_DEPTH = 32;
    /** Numbers that never change; others, such as counters, are taken at their value. */
    private static final Set<Class<?>> FIXED = Set.of(
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigInteger.class,
            BigDecimal.class);

    private Variables() {}

    /** An unmodifiable copy, through and through: a mail is immutable, whatever its author goes on to do with the lists. */
    static Map<String, @Nullable Object> copyOf(String field, Map<String, ?> variables) {
        Objects.requireNonNull(variables, "variables");
        return copyOfMap(field, "variables", variables, 0);
    }

    private static @Nullable Object copy(String field, String path, @Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new InvalidEmailException(field, path + " is nested deeper than " + MAX_DEPTH);
        }
        if (value == null || value instanceof Boolean) {
            return value;
        }
        if (value instanceof CharSequence text) {
            return text.toString();
        }
        if (value instanceof Number number) {
            return number(field, path, number);
        }
        if (value instanceof Map<?, ?> map) {
            return copyOfMap(field, path, map, depth);
        }
        if (value instanceof List<?> list) {
            return copyOfList(field, path, list, depth);
        }
        throw foreign(field, path, value);
    }

    private static Map<String, @Nullable Object> copyOfMap(String field, String path, Map<?, ?> map, int depth) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((k, v) -> {
            if (!(k instanceof String key)) {
                throw new InvalidEmailException(field, path + " has a key that is not a string");
            }
            copy.put(key, copy(field, path + "." + key, v, depth + 1));
        });
        return Collections.unmodifiableMap(copy);
    }

    private static List<@Nullable Object> copyOfList(String field, String path, List<?> list, int depth) {
        List<@Nullable Object> copy = new ArrayList<>();
        for (Object each : list) {
            copy.add(copy(field, path + "[" + copy.size() + "]", each, depth + 1));
        }
        return Collections.unmodifiableList(copy);
    }

    private static Number number(String field, String path, Number number) {
        if (FIXED.contains(number.getClass())) {
            return number;
        }
        if (number instanceof AtomicInteger i) {
            return i.get();
        }
        if (number instanceof AtomicLong l) {
            return l.get();
        }
        try {
            return new BigDecimal(number.toString());
        } catch (NumberFormatException e) {
            throw foreign(field, path, number);
        }
    }

    private static InvalidEmailException foreign(String field, String path, Object value) {
        return new InvalidEmailException(
                field,
                path + " is a " + value.getClass().getName()
                        + "; allowed are maps, lists, strings, numbers and booleans");
    }
}
